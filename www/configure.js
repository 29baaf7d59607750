// The configurator: a form of the view's fields, the element that shows the choice, and the code to paste.
// Bundled into dist/configure-<hash>.js beside widget.js, whose element and API it uses as a partner would.
//
// FIELDS (fields.json, made from the program's table), LANGUAGES and DEFAULT_SNAPSHOT are written in by
// scripts/post-build.mjs. The address is read as the app writes it: `?src=…#v1&dataset=…`.
import { loadLanguage, open } from "./widget.js";

const base = new URL("./", import.meta.url);
const VIEWS_OF_NO_CHART = ["full", "figures", "sentences", "table"];
const DEFAULT_HEIGHT = "520";

// What was chosen. `fields` holds written forms by name; what is not in it has its default.
const chosen = { src: "", fields: {}, width: "", height: DEFAULT_HEIGHT };
let pageLanguage = "en";
let texts = {}; // this page's
let words = {}; // the program's, for names of charts and months
let snapshot;
let datasets = [];
let editions = [];
const isOpen = new Map(); // groups of the form

const say = (key, values = {}) =>
  (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** An element with properties (attributes where it has no such property) and children. */
function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === undefined || value === false) continue;
    else if (name in node && !["list", "form"].includes(name)) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return node;
}

// --- the file -----------------------------------------------------------------------------------------

const address = () => new URL(chosen.src || DEFAULT_SNAPSHOT, base).href;
/** The file that the code names: of a frozen edition the one that stays. */
const source = () => editions.find(({ name }) => name === chosen.fields.edition)?.src ?? address();
const dataset = () => datasets.find(({ id }) => id === chosen.fields.dataset) ?? datasets[0];
const measure = () => dataset()?.measures.find(({ id }) => id === chosen.fields.measure) ?? dataset()?.measures[0];
const dimensionsOf = (attribute) => dataset()?.dimensions.filter((dimension) => dimension.attribute === attribute) ?? [];

async function openFile() {
  snapshot?.free();
  snapshot = undefined;
  datasets = [];
  editions = [];
  tell(say("waiting"));
  try {
    snapshot = await open(address());
  } catch (error) {
    tell(say("failed", { message: error.message }));
    return draw();
  }
  tell("");
  await Promise.all([describe(), readIndex()]);
  keepWhatIsThere();
  draw();
}

async function describe() {
  await loadLanguage(pageLanguage).catch(() => {});
  datasets = snapshot?.describe(pageLanguage) ?? [];
}

/** The editions of the same publication beside the file: same title, same publisher, made up or not. */
async function readIndex() {
  const known = await fetch(new URL("index.json", address())).then((answer) => (answer.ok ? answer.json() : [])).catch(() => []);
  const { edition, label, publisher, illustrative } = snapshot;
  const others = (Array.isArray(known) ? known : []).filter((entry) =>
    (entry.label ?? "") === (label ?? "") && (entry.publisher ?? "") === (publisher ?? "") && Boolean(entry.illustrative) === illustrative);
  const names = [...new Set([edition, ...others.map((entry) => entry.edition)])].filter(Boolean);
  // Where the index names an address that stays when the next edition comes out, a frozen edition is read there.
  editions = names.map((name) => {
    const stays = others.find((entry) => entry.edition === name && entry.stays)?.stays;
    return { name, src: stays && new URL(stays, address()).href };
  });
}

/** Forgets what the file or the dataset does not have. */
function keepWhatIsThere() {
  const { fields } = chosen;
  if (!dataset()) return;
  fields.dataset = dataset().id;
  if (fields.measure && measure().id !== fields.measure) delete fields.measure;
  for (const { name, values } of FIELDS) {
    if (!(name in fields)) continue;
    if (values === "codes" || values === "period") {
      const [dimension] = dimensionsOf(values === "period" ? "from" : name);
      const has = new Set(dimension?.categories.map(({ code }) => code));
      set(name, fields[name].split(" ").filter((code) => has.has(code)).join(" "));
    } else if (values === "others") {
      const has = new Set(dimensionsOf(name).map(({ id }) => id));
      set(name, written(Object.fromEntries(Object.entries(pairs(fields[name])).filter(([id]) => has.has(id)))));
    }
  }
}

function set(name, value) {
  if (value) chosen.fields[name] = value;
  else delete chosen.fields[name];
}

const pairs = (text = "") =>
  Object.fromEntries(text.split(";").filter((pair) => pair.includes(":")).map((pair) => {
    const at = pair.lastIndexOf(":");
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim().split(/\s+/).filter(Boolean)];
  }));
const written = (codes) =>
  Object.entries(codes).filter(([, list]) => list.length).map(([id, list]) => `${id}:${list.join(" ")}`).join(";");

// --- the form -----------------------------------------------------------------------------------------

/** The control of a field, by what may stand in it; nothing where the file has no use for it. */
const CONTROLS = {
  dataset: ({ name }) => datasets.length && select(name, datasets.map(({ id, label }) => [id, label]), dataset()?.id),
  measure: ({ name }) => {
    const measures = dataset()?.measures ?? [];
    if (measures.length < 2) return undefined;
    return select(name, measures.map(({ id, label }) => [id, label]), measure().id, (id) => set(name, id));
  },
  words: (field) => (field.name === "view" ? views(field) : choice(field)),
  codes: ({ name }) => dimensionsOf(name).slice(0, 1).map((dimension) =>
    codes(say(`field.${name}`), `field-${name}`, dimension, (chosen.fields[name] ?? "").split(" ").filter(Boolean), (list) => set(name, list.join(" ")))),
  others: ({ name }) => dimensionsOf(name).map((dimension) =>
    codes(dimension.label, `field-${name}-${dimension.id}`, dimension, pairs(chosen.fields[name])[dimension.id] ?? [], (list) =>
      set(name, written({ ...pairs(chosen.fields[name]), [dimension.id]: list })))),
  period: ({ name }) => {
    const [time] = dimensionsOf("from");
    if (!time) return undefined;
    let { categories } = time;
    const first = categories.findIndex(({ code }) => code === chosen.fields.from);
    if (name === "to" && first > 0) categories = categories.slice(first);
    return select(name, [["", say("period.open")], ...categories.map(({ code, label }) => [code, label])], chosen.fields[name] ?? "", (code) => {
      set(name, code);
      // The last period never stands before the first.
      const place = (code) => time.categories.findIndex((category) => category.code === code);
      if (name === "from" && chosen.fields.to && place(chosen.fields.to) < place(code)) delete chosen.fields.to;
    });
  },
  language: ({ name }) => select(name, [["", say("lang.default")], ...LANGUAGES], chosen.fields[name] ?? ""),
  edition: ({ name }) => {
    if (!editions.length) return make("p", { className: "help" }, say("edition.alone"));
    const frozen = chosen.fields[name];
    const options = [["", say("edition.live")], [frozen || editions[0].name, say("edition.frozen")]];
    const radios = radio(name, say(`field.${name}`), options, frozen ?? "", true);
    return [radios, frozen && editions.length > 1 ? select(name, editions.map((edition) => [edition.name, edition.name]), frozen, undefined, say("edition.which"), "which") : undefined];
  },
  additivity: ({ name }) => text(name, chosen.fields[name], (value) => set(name, value.trim()), say("additivity.help")),
};

const GROUP_OF_VALUES = {
  dataset: "what", measure: "what", codes: "filters", others: "filters", period: "filters",
  language: "looks", words: "looks", edition: "edition", additivity: "more",
};
const groupOf = ({ name, values }) => (name === "view" ? "what" : GROUP_OF_VALUES[values]);

function form() {
  const groups = ["what", "filters", "looks", "size", "edition", "more"];
  return groups.map((group) => {
    const controls = FIELDS.filter((field) => groupOf(field) === group).flatMap((field) => CONTROLS[field.values]?.(field) || []);
    if (group === "size") controls.push(...size());
    if (group === "more") controls.unshift(text("src", chosen.src, openOther));
    const there = controls.filter(Boolean);
    if (!there.length) return undefined;
    if (group === "what") return make("fieldset", {}, make("legend", {}, say(`group.${group}`)), there);
    const details = make("details", { id: `group-${group}` }, make("summary", {}, say(`group.${group}`)), there);
    details.open = isOpen.get(group) ?? (innerWidth >= 900 && group !== "more");
    return details;
  });
}

/** A labelled control; `changed` writes what was chosen, and everything follows. */
function labelled(id, label, control, help) {
  control.id = id;
  if (help) control.setAttribute("aria-describedby", `${id}-help`);
  return make("div", { className: "field" }, make("label", { htmlFor: id }, label), control, help && make("p", { className: "help", id: `${id}-help` }, help));
}

function select(name, options, value, changed = (chosenValue) => set(name, chosenValue), label = say(`field.${name}`), suffix = "") {
  const node = make("select", { onchange: () => follow(() => changed(node.value)) }, options.map(([code, text]) => make("option", { value: code }, text)));
  node.value = value;
  return labelled(`field-${name}${suffix && `-${suffix}`}`, label, node);
}

function views(field) {
  const option = (view) => make("option", { value: view }, texts[`view.${view}`] ?? words[`chart.kind.${view}`] ?? view);
  const charts = field.words.filter((view) => !VIEWS_OF_NO_CHART.includes(view));
  const node = make("select", { onchange: () => follow(() => set(field.name, node.value)) },
    make("optgroup", { label: say("views.charts") }, charts.map(option)),
    make("optgroup", { label: say("views.others") }, VIEWS_OF_NO_CHART.filter((view) => field.words.includes(view)).map(option)));
  node.value = chosen.fields[field.name] ?? "full";
  return labelled(`field-${field.name}`, say(`field.${field.name}`), node);
}

function choice({ name, words: offered }) {
  const own = texts[`${name}.default`];
  const options = offered.map((word) => [word === "auto" ? "" : word, texts[`${name}.${word}`] ?? word]);
  return radio(name, say(`field.${name}`), own ? [["", own], ...options] : options, chosen.fields[name] ?? "");
}

function radio(name, legend, options, value) {
  return make("fieldset", { className: "field" }, make("legend", {}, legend), options.map(([code, label], place) => {
    const input = make("input", { type: "radio", name, value: code, id: `field-${name}-${place}`, checked: code === value, onchange: () => follow(() => set(name, code)) });
    return make("label", { className: "option" }, input, make("span", {}, label));
  }));
}

function codes(legend, id, { categories }, list, changed) {
  const depth = (category) => (category?.parent === undefined ? 0 : 1 + depth(categories.find(({ code }) => code === category.parent)));
  const count = make("p", { className: "help" }, list.length ? say("codes.chosen", { count: list.length }) : say("codes.none-chosen"));
  const options = categories.map((category) => {
    const input = make("input", {
      type: "checkbox", id: `${id}-${category.code}`, checked: list.includes(category.code),
      onchange: () => follow(() => {
        // In the order of the file, whatever the order of the clicks.
        const kept = new Set(list);
        if (input.checked) kept.add(category.code);
        else kept.delete(category.code);
        changed(categories.map(({ code }) => code).filter((code) => kept.has(code)));
      }),
    });
    return make("label", { className: `option depth-${Math.min(depth(category), 2)}` }, input, make("span", {}, category.label));
  });
  const clear = list.length ? make("button", { type: "button", className: "plain", id: `${id}-clear`, onclick: () => follow(() => changed([])) }, say("codes.clear")) : undefined;
  return make("fieldset", { className: "field", id }, make("legend", {}, legend), make("div", { className: "list" }, options), make("div", { className: "below" }, count, clear));
}

function text(name, value = "", changed = () => {}, help = undefined) {
  const input = make("input", { type: "text", value, spellcheck: false, autocomplete: "off", dir: "ltr", onchange: () => follow(() => changed(input.value)) });
  return labelled(`field-${name}`, say(`field.${name}`), input, help);
}

function size() {
  const pixels = (name, label, fallback) => {
    const input = make("input", {
      type: "number", min: 80, max: 4000, step: 10, value: chosen[name], placeholder: fallback,
      onchange: () => follow(() => { chosen[name] = input.value && String(Math.min(4000, Math.max(80, Math.round(Number(input.value) || 0)))); }),
    });
    return labelled(`size-${name}`, label, input);
  };
  const options = [["", say("size.full")], ["600", say("size.fixed")]];
  const isFixed = chosen.width !== "";
  const radios = make("fieldset", { className: "field" }, make("legend", {}, say("size.width-of")), options.map(([width, label], place) => {
    const input = make("input", { type: "radio", name: "width", id: `size-width-${place}`, checked: (width !== "") === isFixed, onchange: () => follow(() => { chosen.width = width; }) });
    return make("label", { className: "option" }, input, make("span", {}, label));
  }));
  return [radios, ...(isFixed ? [pixels("width", say("size.width"), "600")] : []), pixels("height", say("size.height"), "")];
}

function openOther(src) {
  chosen.src = src.trim();
  chosen.fields = { view: chosen.fields.view ?? "trend" };
  openFile();
}

// --- the code -----------------------------------------------------------------------------------------

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const entries = (wanted = () => true) =>
  FIELDS.filter((field) => chosen.fields[field.name] !== undefined && wanted(field)).map(({ name }) => [name, chosen.fields[name]]);
const title = () => [measure()?.label, snapshot?.label].filter(Boolean).join(" – ") || "mixed-movements";

/** `a=b&c=d`, with what may stay readable left as it is. */
const query = (list) => list.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%20", "+").replaceAll("%3A", ":").replaceAll("%3B", ";").replaceAll("%2F", "/")}`).join("&");

function elementCode() {
  const attributes = [["src", source()], ...entries(), ...(chosen.height ? [["height", chosen.height]] : [])];
  const list = attributes.map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  return `<script type="module" src="${base.href}widget.js"></script>\n<mixed-movements${list}>\n  <a href="${escaped(linkCode())}">${escaped(title())}</a>\n</mixed-movements>\n`;
}

function frameCode() {
  const list = query([["src", source()], ...entries()]);
  return `<iframe src="${escaped(`${base.href}embed.html?${list}`)}" title="${escaped(title())}" loading="lazy" width="${chosen.width || "100%"}" height="${chosen.height || DEFAULT_HEIGHT}" data-mixed-movements></iframe>\n<script type="module" src="${base.href}host.js"></script>\n`;
}

function linkCode() {
  const fragment = query(entries(({ name, inLink }) => inLink && name !== "view"));
  const src = source() === new URL(DEFAULT_SNAPSHOT, base).href ? "" : `index.html?${query([["src", source()]])}`;
  return `${base.href}${src}${fragment && `#v1&${fragment}`}`;
}

const CODES = { frame: frameCode, element: elementCode, link: linkCode };

async function copy(area, told) {
  let copied = true;
  try {
    await navigator.clipboard.writeText(area.value);
  } catch {
    // Without a secure context, or refused: the old way.
    area.focus();
    area.select();
    copied = document.execCommand("copy");
  }
  told.textContent = say(copied ? "copied" : "not-copied");
}

/** The chart as a file, from the same question that the element asks. */
function savePicture() {
  const where = {};
  for (const { id, attribute } of dataset().dimensions) {
    if (attribute === "from" && (chosen.fields.from || chosen.fields.to)) where[id] = { from: chosen.fields.from, to: chosen.fields.to };
    else if (attribute === "where") where[id] = pairs(chosen.fields.where)[id];
    else if (chosen.fields[attribute] && attribute !== "from" && attribute !== "measure") where[id] = chosen.fields[attribute].split(" ");
  }
  const options = { lang: chosen.fields.lang || pageLanguage, theme: chosen.fields.theme ?? "light", width: Number(chosen.width) || 720 };
  const told = document.querySelector("#picture-told");
  try {
    const svg = snapshot.dataset(dataset().id).svg({ measure: measure().id, where }, chosen.fields.view, options);
    const href = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    make("a", { href, download: [dataset().id, chosen.fields.view, snapshot.edition].filter(Boolean).join("_").concat(".svg") }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
    told.textContent = "";
  } catch (error) {
    told.textContent = error.message; // why this kind does not show this data
  }
}

// --- the page -----------------------------------------------------------------------------------------

const preview = make("mixed-movements", { loading: "eager" });
preview.addEventListener("mixed-movements:change", ({ detail }) => {
  for (const { name, values } of FIELDS) if (values !== "language") set(name, detail[name]);
  draw();
});

/** Takes a change, and draws all again. */
function follow(change) {
  change();
  keepWhatIsThere();
  draw();
}

function tell(message) {
  const line = document.querySelector("#told");
  if (line) line.textContent = message;
}

/** Everything that is chosen, where it is seen: form, address, result, code. */
function draw() {
  const focused = document.activeElement?.id;
  for (const { id, open } of document.querySelectorAll("#choices details")) isOpen.set(id.slice("group-".length), open);
  const lists = new Map([...document.querySelectorAll("fieldset[id] .list")].map((list) => [list.parentElement.id, list.scrollTop]));
  document.querySelector("#choices").replaceChildren(...form().filter(Boolean));
  for (const [id, top] of lists) {
    const list = document.getElementById(id)?.querySelector(".list");
    if (list) list.scrollTop = top;
  }
  const again = focused && document.getElementById(focused);
  if (again) again.focus({ preventScroll: true });
  // What had the focus is no more: its list has it instead.
  else if (focused?.endsWith("-clear")) document.getElementById(focused.slice(0, -"-clear".length))?.querySelector("input")?.focus();

  const attributes = { ...chosen.fields, src: source(), lang: chosen.fields.lang ?? pageLanguage, height: chosen.height };
  for (const name of ["src", ...FIELDS.map((field) => field.name), "height"]) {
    const value = attributes[name];
    if (value === undefined || value === "") preview.removeAttribute(name);
    else if (preview.getAttribute(name) !== value) preview.setAttribute(name, value);
  }
  for (const [name, code] of Object.entries(CODES)) document.querySelector(`#code-${name}`).value = code();
  document.querySelector("#picture").hidden = VIEWS_OF_NO_CHART.includes(chosen.fields.view ?? "full") || !snapshot;
  document.querySelector("#picture-told").textContent = "";
  const back = document.querySelector("#back");
  back.href = linkCode();
  const list = query(entries());
  history.replaceState(null, "", `${location.pathname}${chosen.src ? `?${query([["src", chosen.src]])}` : ""}${list && `#v1&${list}`}`);
}

/** What stands around the form, in the language of the page. */
function lay() {
  document.documentElement.lang = pageLanguage;
  document.documentElement.dir = words["direction"] ?? "ltr";
  document.title = say("title");
  const languages = make("select", { id: "page-language", onchange: () => speak(languages.value) }, LANGUAGES.map(([tag, name]) => make("option", { value: tag }, name)));
  languages.value = pageLanguage;
  const widths = make("select", { id: "preview-width", onchange: () => { stage.style.inlineSize = widths.value; } },
    [["", say("preview.place")], ...["320px", "480px", "640px", "960px"].map((width) => [width, width.replace("px", " px")])].map(([value, label]) => make("option", { value }, label)));
  const stage = make("div", { className: "stage" }, preview);
  const codeBlock = (name, rows) => {
    const area = make("textarea", { id: `code-${name}`, readOnly: true, rows, spellcheck: false, dir: "ltr" });
    const told = make("span", { role: "status" });
    return make("div", { className: "code" },
      make("label", { htmlFor: area.id }, say(`code.${name}`)), area,
      make("div", { className: "below" }, make("button", { type: "button", className: name === "frame" ? "solid" : "outlined", onclick: () => copy(area, told) }, say(`code.copy-${name}`)), told));
  };
  document.body.replaceChildren(
    make("header", { className: "top" },
      make("a", { id: "back", href: base.href }, say("back")),
      make("div", { className: "inline" }, make("label", { htmlFor: "page-language" }, say("page-language")), languages)),
    make("main", {},
      make("h1", {}, say("title")),
      make("p", { className: "intro" }, say("intro")),
      make("p", { id: "told", role: "status" }),
      make("div", { className: "columns" },
        make("form", { id: "choices", "aria-label": say("choices"), onsubmit: (event) => event.preventDefault() }),
        make("div", { className: "outcome" },
          make("section", { "aria-labelledby": "preview-title" },
            make("div", { className: "section-head" }, make("h2", { id: "preview-title" }, say("preview")),
              make("div", { className: "inline" }, make("label", { htmlFor: "preview-width" }, say("preview.width")), widths)),
            make("div", { className: "scroll" }, stage),
            make("p", { className: "help" }, say("preview.note"))),
          make("section", { "aria-labelledby": "code-title" },
            make("h2", { id: "code-title" }, say("code")),
            codeBlock("frame", 5), codeBlock("element", 6), codeBlock("link", 2),
            make("div", { id: "picture", hidden: true },
              make("div", { className: "below" }, make("button", { type: "button", className: "outlined", onclick: savePicture }, say("picture")), make("span", { id: "picture-told", role: "status" })),
              make("p", { className: "help" }, say("picture.note"))))))),
  );
}

/** Speaks a language: texts of this page, and the program's for what both name. */
async function speak(tag) {
  const get = (folder, tag) => fetch(new URL(`${folder}/${tag}.json`, base)).then((answer) => answer.json());
  const known = LANGUAGES.some(([other]) => other === tag) ? tag : "en";
  const [own, program] = await Promise.all([get("texts", known), get("locales", known)]);
  pageLanguage = known;
  texts = own;
  words = { ...program.text, direction: program.rightToLeft ? "rtl" : "ltr" };
  await describe();
  lay();
  draw();
}

function readAddress() {
  chosen.src = new URLSearchParams(location.search).get("src") ?? "";
  const fragment = new URLSearchParams(location.hash.slice(1));
  chosen.fields = {};
  for (const { name } of FIELDS) set(name, fragment.get(name) ?? "");
  if (!location.hash) chosen.fields.view = "trend";
}

// Not after `replaceState`: somebody followed a link, or wrote another address.
addEventListener("hashchange", () => {
  readAddress();
  openFile();
});
readAddress();
await speak((chosen.fields.lang ?? "en").split("-")[0]);
await openFile();
