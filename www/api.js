// The JavaScript interface: thin classes around what the wasm exports, with the names
// that docs/embedding.md promises. Results hold typed arrays; `keys` and `cells` are made
// when they are first read.
//
// Contract: www/mixed-movements.d.ts.
import init, { coded, program } from "./program.js";

const fault = (code, message) => coded(code, message, undefined, "");

/** Fetches and reads a snapshot. */
export async function open(url, options = {}) {
  const { onProgress, signal, ...rest } = options;
  if (signal?.aborted) throw fault("aborted", "The request was ended.");
  const address = new URL(url, document.baseURI).href;
  // The file is asked for while the program is still loading.
  const response = fetch(address, { signal });
  response.catch(() => {}); // told by the program, which takes it
  await init();
  return new Snapshot(await program().openSnapshot(address, rest, onProgress, signal, response));
}

/** Reads a snapshot from bytes. */
export function parse(bytes, options = {}) {
  const { onProgress, signal, ...rest } = options;
  return new Snapshot(program().parseSnapshot(bytes, rest));
}

export class Snapshot {
  #handle;
  #info;
  #datasets = new Set();

  constructor(handle) {
    this.#handle = handle;
    this.#info = handle.info();
  }

  get edition() { return this.#info.edition; }
  get label() { return this.#info.label; }
  get updated() { return this.#info.updated; }
  get publisher() { return this.#info.publisher; }
  get illustrative() { return this.#info.illustrative; }
  get sha256() { return this.#info.sha256; }
  get sources() { return this.#info.sources; }
  get findings() { return this.#info.findings; }
  get datasets() { return this.#info.datasets; }

  dataset(id) {
    if (!this.#handle) throw fault("freed", "The snapshot was freed.");
    const handle = this.#handle.dataset(id);
    const dataset = new Dataset(handle, this.#info.datasets.find((known) => known.id === handle.id()));
    this.#datasets.add(new WeakRef(dataset));
    return dataset;
  }

  free() {
    this.#handle?.free();
    this.#handle = undefined;
    for (const dataset of this.#datasets) dataset.deref()?.free();
    this.#datasets.clear();
  }
}

export class Dataset {
  #handle;
  #dimensions;

  constructor(handle, info) {
    this.#handle = handle;
    this.info = info;
    this.#dimensions = info.dimensions.filter((dimension) => dimension.role !== "metric");
  }

  #live() {
    if (!this.#handle) throw fault("freed", "The dataset was freed.");
    return this.#handle;
  }

  query(query = {}) {
    const result = this.#live().query(query);
    const groups = Array.from(result.columns(), (columns, index) => new Group(columns, index, result, this.#dimensions));
    return { groups };
  }

  sentences(query = {}, lang) { return this.#live().sentences(query, locale(lang)); }
  csv(query = {}) { return this.#live().csv(query); }
  svg(query = {}, chart = "trend", { lang, ...options } = {}) {
    return this.#live().svg(query, chart, options, locale(lang));
  }

  free() {
    this.#handle?.free();
    this.#handle = undefined;
  }
}

// Languages but English are data: `loadLanguage` fetches one, after which it can be asked for.
const locales = new Map();

/** Fetches a language, so that `sentences` and `svg` can speak it. */
export async function loadLanguage(lang) {
  await init();
  if (lang === "en" || locales.has(lang)) return;
  const response = await fetch(new URL(`${ROOT}locales/${encodeURIComponent(lang)}.json`, import.meta.url));
  if (!response.ok) throw fault("unknown-language", `There is no language “${lang}”.`);
  locales.set(lang, new (program().LocaleHandle)(await response.text()));
}

function locale(lang = "en") {
  const base = lang.split("-")[0];
  const known = locales.get(lang) ?? locales.get(base);
  if (known) return known;
  if (base !== "en") throw fault("unknown-language", `Call and await loadLanguage("${lang}") first.`);
  const english = new (program().LocaleHandle)();
  locales.set("en", english);
  return english;
}

class Group {
  #dimensions;
  #index;
  #result;
  #keys;
  #cells;

  constructor([dimensions, values, positions, observed, of, lower, upper], index, result, all) {
    this.#dimensions = Array.from(dimensions, (position) => all[position]);
    this.by = this.#dimensions.map((dimension) => dimension.id);
    this.values = values;
    this.positions = positions;
    this.observed = observed;
    this.of = of;
    if (lower) this.lower = lower;
    if (upper) this.upper = upper;
    this.#index = index;
    this.#result = result;
  }

  get keys() {
    if (!this.#keys) {
      const width = this.#dimensions.length;
      this.#keys = Array.from(this.values, (_, cell) =>
        this.#dimensions.map((dimension, at) => dimension.categories[this.positions[cell * width + at]].code));
    }
    return this.#keys;
  }

  get cells() {
    this.#cells ??= this.#result.cells(this.#index);
    return this.#cells;
  }
}
