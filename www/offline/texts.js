// The page's own words, from the same files as the program's: fetched beside it, in the language on the screen.
//
// Owns how texts, periods, sizes and ages are written by scripts. The language is read off the program's
// root (`part="root"`, attribute `lang`), which says what the reader chose.

export class Texts {
  #element;
  #base;
  #file = { tag: "en", text: {}, months: [] };
  /** Called when the language is another. */
  changed = () => {};

  constructor(element, base) {
    this.#element = element;
    this.#base = base;
  }

  /** Reads the language, and follows it from then on. */
  async follow() {
    const root = this.#element.shadowRoot?.querySelector("[part=root]");
    // Before the first file is asked for: the language may change while it is on its way.
    if (root) new MutationObserver(() => this.#read().then(this.changed, () => {})).observe(root, { attributeFilter: ["lang"] });
    await this.#read();
  }

  // The files have the name of the language alone: “sr” for “sr-Latn”.
  get #tag() {
    return (this.#element.shadowRoot?.querySelector("[part=root]")?.lang || "en").split("-")[0];
  }

  async #read() {
    const tag = this.#tag;
    if (tag === this.#file.tag.split("-")[0] && this.#file.months.length) return;
    const response = await fetch(new URL(`locales/${tag}.json`, this.#base));
    const file = response.ok && (await response.json());
    if (file && tag === this.#tag) this.#file = file;
  }

  /** The text with this key, `{name}` replaced by the argument of that name. */
  text(key, args = {}) {
    return (this.#file.text[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => args[name] ?? whole);
  }

  /** “January 2024”; what is no month stays as it is written. */
  edition(code) {
    const [, year, month] = /^(\d{4})-(\d{2})$/.exec(code ?? "") ?? [];
    const name = this.#file.months[Number(month) - 1];
    return name ? this.text("period.month", { month: name, year }) : (code ?? "");
  }

  /** What the page is called: whose figures, of which edition. */
  title({ label, edition }) {
    const told = edition && this.text("citation.edition", { edition: this.edition(edition) });
    return [label, told].filter(Boolean).join(this.text("list.separator")) || "mixed-movements";
  }

  /** “21 November 2026”, by the clock of this device. */
  date(time) {
    const date = new Date(time);
    const month = this.#file.months[date.getMonth()] ?? "";
    return this.text("period.day", { day: String(date.getDate()), month, year: String(date.getFullYear()) });
  }

  /** “3 days ago”; the date, for a language that the browser does not know. */
  ago(time, now = Date.now()) {
    const tag = `${this.#file.tag}-u-nu-latn`;
    if (!Intl.RelativeTimeFormat.supportedLocalesOf(tag).length) return this.date(time);
    const minutes = Math.max(0, Math.floor((now - time) / 60_000));
    const [count, unit] =
      minutes < 60 ? [minutes, "minute"] : minutes < 24 * 60 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
    return new Intl.RelativeTimeFormat(tag, { numeric: "auto" }).format(-count, unit);
  }

  /** “108 kB”, “1.4 MB”. */
  size(bytes) {
    const [number, unit] = bytes < 1_000_000 ? [Math.ceil(bytes / 1000), "offline.kilobytes"] : [bytes / 1_000_000, "offline.megabytes"];
    const written = number.toFixed(bytes < 1_000_000 ? 0 : 1).replace(".", this.#file.numbers?.decimal ?? ".");
    return this.text(unit, { size: written });
  }
}

/** Whether the clock cannot be right: saved in the time to come, or published later than now. */
export function clockIsWrong({ savedAt, updated }, now = Date.now()) {
  const published = Date.parse(updated ?? "");
  return savedAt > now + 60_000 || published > now + 86_400_000;
}

/** How old what is shown is: “saved 3 days ago · offline”. Empty where it is current, as far as one can tell. */
export function standing(texts, shown, online = navigator.onLine, now = Date.now()) {
  if (!shown) return "";
  const { facts, from, reached, isKept } = shown;
  const parts = [];
  const away = !online || reached === false;
  if (from === "saved" || (away && isKept)) {
    parts.push(
      clockIsWrong(facts, now)
        ? texts.text("offline.saved-clock", { date: texts.date(facts.savedAt) })
        : texts.text("offline.saved-ago", { ago: texts.ago(facts.savedAt, now) }),
    );
  }
  if (!online) parts.push(texts.text("offline.offline"));
  else if (away) parts.push(texts.text("offline.no-answer"));
  return parts.join(" · ");
}
