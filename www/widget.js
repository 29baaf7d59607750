// The element <mixed-movements>, and the JavaScript API beside it. Bundled into dist/widget.js.
//
// Owns the element's life: attributes, fallback, start near the viewport, states. What is shown, and
// every event but `error` at the start, is the program's.
import init, { begin, coded, programInPart as program, version } from "./program.js";
import { signatureAddress, signed } from "./signature.js";

export { default } from "./program.js";
export * from "./api.js";

const NAME = "mixed-movements";
// How long the fallback stays while the program makes itself ready behind it, in ms; then the program says
// itself what it waits for.
const PATIENCE = 400;

// FIELDS: the names of the view's fields (fields.json).
const ATTRIBUTES = ["src", ...FIELDS, "height", "sync-url", "public-key"];
// `lang` is HTML's own property, and reflects by itself.
const PROPERTIES = ATTRIBUTES.filter((name) => !["lang", "sync-url", "public-key"].includes(name));

// Before the program brings its own sheet. Constructable sheets pass every policy.
const frameSheet = new CSSStyleSheet();
// The root takes nothing over from the page but custom properties; the fallback beside it is the page's.
frameSheet.replaceSync(`
  :host { display: block }
  :host([hidden]) { display: none }
  [part=frame] { display: block; box-sizing: border-box; position: relative }
  .root { all: initial; display: block; contain: inline-size }
  slot[hidden] { display: none }
  .root.behind { position: absolute; inset: 0 0 auto; visibility: hidden }
  /* On its own ground: whether the page around is dark is not known. */
  [part=stopped] {
    display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0; padding: 8px 12px;
    border: 1px solid; background: Canvas; color: CanvasText; font: 14px/20px sans-serif;
  }
  [part=stopped] button {
    min-height: 44px; padding: 8px 12px; border: 1px solid; border-radius: 4px;
    background: Canvas; color: CanvasText; font: inherit; cursor: pointer;
  }
`);
let programSheet;

// Snapshots on their way, by address: asked for while the program is still loading. Whoever comes first
// takes the response, since a body can be read only once; who comes later asks again.
const underway = new Map();

function fetchSnapshot(url) {
  const response = underway.get(url) ?? fetch(url);
  underway.delete(url);
  return response;
}

function fetchAhead(url) {
  if (underway.has(url) || fetchAhead.seen.has(url)) return;
  fetchAhead.seen.add(url);
  const response = fetch(url);
  response.catch(() => {}); // told by whoever takes it
  underway.set(url, response);
}
fetchAhead.seen = new Set();

function absolute(address) {
  try {
    return new URL(address, document.baseURI).href;
  } catch {
    return address; // told as an error when it is fetched
  }
}

// Elements with an interface. A trap leaves the program unusable for all of them; the pages around, and
// the fallbacks, go on. The program's panic hook tells it by this event, and a trap is told by program.js.
const live = new Set();
let stopped = false;

function stop(cause) {
  if (stopped) return;
  stopped = true;
  for (const element of [...live]) element._stopped(cause);
}
addEventListener(`${NAME}:stopped`, ({ detail }) => stop(detail));

// Without the program there is no language file. By the page's language, else in English.
const STOPPED = {
  en: ["The figures have stopped.", "Reload the page", "Copy a report", "Copied"],
  fr: ["Les chiffres se sont arrêtés.", "Recharger la page", "Copier un rapport", "Copié"],
  ar: ["توقّف عرض الأرقام.", "أعد تحميل الصفحة", "انسخ تقريرًا", "تم النسخ"],
  sq: ["Shifrat u ndalën.", "Ringarko faqen", "Kopjo një raport", "U kopjua"],
  bs: ["Prikaz podataka je stao.", "Ponovo učitaj stranicu", "Kopiraj izvještaj", "Kopirano"],
  mk: ["Приказот на бројките запре.", "Вчитај ја страницата повторно", "Копирај извештај", "Копирано"],
  sr: ["Prikaz podataka je stao.", "Ponovo učitaj stranicu", "Kopiraj izveštaj", "Kopirano"],
};

const nearViewport = new IntersectionObserver(
  (entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && target._start()),
  { rootMargin: "400px" },
);

const named = (name) => Object.assign(document.createElement("slot"), { name });

class MixedMovements extends HTMLElement {
  static version = version;
  static observedAttributes = ATTRIBUTES;

  #slot = document.createElement("slot"); // the fallback
  #error = named("error"); // the page's own words where something went wrong
  #frame = document.createElement("div"); // around all, keeps room
  #root = document.createElement("div"); // the program's
  #internals = this.attachInternals?.();
  #mounted; // the program's handle, between mount and unmount
  #asked = false; // the start was asked for, and nothing has taken it back
  #stale = false; // an update is on its way
  #standing = "";

  // For the page that stands around one element, and keeps figures (ARCHITECTURE.md): `loader` fetches in place
  // of the network, `home` is the page's address where this copy has none, `standing` how old the figures are.
  // The first two are set before the element is defined: no fields, which would take them back.

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [frameSheet];
    this.#frame.part = "frame";
    this.#root.className = "root";
    this.#error.hidden = true;
    this.#frame.append(named("title"), this.#slot, this.#root, this.#error, named("footer"));
    shadow.append(this.#frame);
    for (const state of ["ready", "error"]) {
      this.addEventListener(`${NAME}:${state}`, (event) => {
        if (event.target !== this) return;
        this.#show(state);
        this.#unveil();
      });
    }
  }

  connectedCallback() {
    for (const name of PROPERTIES) {
      // A framework may have set it before the element was defined.
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    if (this.#asked) return; // moved within the page
    if (this.getAttribute("loading") === "eager" || this.getAttribute("view") === "full") this._start();
    else nearViewport.observe(this);
  }

  disconnectedCallback() {
    nearViewport.unobserve(this);
    // A move is a removal and an insertion in one task: see whether it comes back.
    queueMicrotask(() => this.isConnected || this.#stop());
  }

  attributeChangedCallback(name) {
    if (name === "height") this.#reserve();
    if (!this.#mounted || this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      if (this.#mounted) this.#guard(() => this.#mounted.update(this.#options()));
    });
  }

  get standing() {
    return this.#standing;
  }

  set standing(words) {
    if (words === this.#standing) return;
    this.#standing = words;
    // Nothing that the first chart waits for.
    init().then(() => this.#mounted && this.#guard(() => this.#mounted.stand(this.#standing)), () => {});
  }

  /** Looks again whether a newer edition exists; it is offered, not shown. */
  lookForNewer() {
    if (this.#mounted) this.#guard(() => this.#mounted.lookForNewer());
  }

  /** Asks for the file again. */
  reload() {
    if (this.#mounted) this.#guard(() => this.#mounted.reload());
  }

  /** Loads the program and mounts. Called by the observer, hence not private. */
  async _start() {
    nearViewport.unobserve(this);
    if (this.#asked) return;
    this.#asked = true;
    this.#show("loading");
    const { src } = this.#options();
    if (src && !this.loader) fetchAhead(src);
    try {
      // A page that is one file has the whole program at hand.
      await (this.home === undefined ? begin(this.getAttribute("view") || "full") : init());
    } catch (error) {
      this.#asked = false;
      this.#fail(error);
      return;
    }
    if (!this.#asked || this.#mounted) return; // taken out in the meantime
    live.add(this);
    if (stopped) return this._stopped();
    this.#guard(() => {
      if (!programSheet) {
        programSheet = new CSSStyleSheet();
        programSheet.replaceSync(program().styles());
      }
      this.shadowRoot.adoptedStyleSheets = [frameSheet, programSheet];
      // In the width that it will have, so that nothing is drawn twice.
      this.#root.classList.add("behind");
      this.#mounted = program().mount(this, this.#root, this.#options());
      if (this.#hasFallback) setTimeout(() => this.#unveil(), PATIENCE);
      else this.#unveil();
    });
  }

  get #hasFallback() {
    return this.#slot.assignedNodes().some(({ nodeType, data }) => nodeType === Node.ELEMENT_NODE || data?.trim());
  }

  /** The program's interface in place of the fallback. */
  #unveil() {
    if (!this.#mounted) return;
    this.#slot.remove();
    this.#root.classList.remove("behind");
  }

  #stop() {
    this.#asked = false;
    live.delete(this);
    const mounted = this.#mounted;
    this.#mounted = undefined;
    if (mounted) this.#guard(() => mounted.unmount());
    this.#fallBack();
    this.#show();
  }

  // What the program gets: the attributes that are there, `src` as a full address, a way to fetch that
  // makes use of what is under way, and a way to wait for the whole of it.
  #options() {
    const options = {
      fetch: (url) => this.#load(url),
      whole: init,
      base: new URL(ROOT, this.home || import.meta.url).href,
      home: this.home,
      standing: this.#standing,
    };
    for (const name of ATTRIBUTES) {
      const value = this.getAttribute(name);
      if (value !== null) options[name] = value;
    }
    if (options.src) options.src = absolute(options.src);
    return options;
  }

  async #load(url) {
    const response = await (this.loader ? this.loader(url) : fetchSnapshot(url));
    const keys = this.getAttribute("public-key");
    if (!keys) return response;
    return signed(response, keys, response.signatureFile ?? (() => fetch(signatureAddress(url))));
  }

  #guard(step) {
    try {
      step();
    } catch (error) {
      stop(error);
    }
  }

  /** The program is of no more use. Called by `stop`, hence not private. */
  _stopped(cause) {
    live.delete(this);
    this.#mounted = undefined;
    this.#fail(coded("stopped", "The program stopped. Reload the page to start it again.", cause));
    const lang = (this.closest("[lang]")?.lang ?? document.documentElement.lang).split("-")[0];
    const [message, reload, copy, copied] = STOPPED[lang] ?? STOPPED.en;
    const line = Object.assign(document.createElement("p"), { lang, dir: "auto" });
    line.part = "stopped";
    const button = (textContent, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent });
      made.addEventListener("click", () => act(made));
      return made;
    };
    line.append(message, button(reload, () => location.reload()), button(copy, async (made) => {
      const report = this.#report(cause);
      try {
        await navigator.clipboard.writeText(report);
        made.textContent = copied;
      } catch {
        // Where the clipboard is refused the text stands there to be copied by hand.
        const text = Object.assign(document.createElement("textarea"), { readOnly: true, value: report, rows: 8 });
        text.ariaLabel = copy;
        made.replaceWith(text);
        text.select();
      }
    }));
    this.#root.append(line);
  }

  // What somebody needs who looks for the reason. Nothing is sent: the reader decides who gets it.
  #report(cause) {
    const attributes = [...this.attributes].map(({ name, value }) => `${name}="${value}"`);
    const what = cause?.stack ?? String(cause ?? "");
    return [`mixed-movements ${version}`, location.href, attributes.join(" "), what, navigator.userAgent].join("\n");
  }

  #fail(error) {
    this.#fallBack();
    const { code = "failed", message, path = "" } = error;
    this.dispatchEvent(
      new CustomEvent(`${NAME}:error`, { bubbles: true, composed: true, detail: { code, message, path } }),
    );
  }

  #fallBack() {
    this.#root.classList.remove("behind");
    this.#root.replaceChildren();
    this.#root.before(this.#slot);
  }

  #show(state) {
    this.#error.hidden = state !== "error";
    const states = this.#internals?.states;
    if (!states) return;
    for (const other of ["loading", "ready", "error"]) states.delete(other);
    try {
      if (state) states.add(state);
    } catch {
      // Before Chrome 125 the name of a state had to begin with two hyphens.
    }
  }

  #reserve() {
    const height = Number.parseFloat(this.getAttribute("height"));
    this.#frame.style.minHeight = height > 0 ? `${height}px` : "";
  }
}

// As attributes are written: codes with blanks between, an object as `dimension:codes;…`.
function written(value) {
  if (Array.isArray(value)) return value.join(" ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value).map(([key, codes]) => `${key}:${written(codes)}`).join(";");
}

// Properties reflect their attributes; lists and objects become their written form.
for (const name of PROPERTIES) {
  Object.defineProperty(MixedMovements.prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return this.getAttribute(name);
    },
    set(value) {
      if (typeof value === "boolean" && name === "controls") value = value ? "on" : "off";
      if (value === null || value === undefined || value === false) this.removeAttribute(name);
      else this.setAttribute(name, written(value));
    },
  });
}
// HTML has a `dataset` of its own, of `data-` attributes, which stays. Frameworks set attributes as
// properties where there is one, and that one would refuse.
const { get } = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "dataset");
Object.defineProperty(MixedMovements.prototype, "dataset", {
  configurable: true,
  enumerable: true,
  get,
  set(value) {
    if (value === null || value === undefined) this.removeAttribute("dataset");
    else this.setAttribute("dataset", String(value));
  },
});

const defined = customElements.get(NAME);
if (!defined) customElements.define(NAME, MixedMovements);
else if (defined.version !== version) {
  console.warn(`<${NAME}> ${defined.version} is on this page already; ${version} stays aside.`);
}
