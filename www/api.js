// The JavaScript interface: thin classes around what the wasm exports, with the names
// that docs/embedding.md promises. Results hold typed arrays; `keys` and `cells` are made
// when they are first read.
//
// Contract: www/mixed-movements.d.ts.
import init, { coded, program } from "./program.js";

const base = () => new URL(ROOT, import.meta.url).href;

/** Fetches and reads a snapshot; the page's language and the shapes for maps come beside it. */
export async function open(url, options) {
  const { onProgress, signal } = options ?? {};
  if (signal?.aborted) throw coded("aborted", "The request was ended.");
  const address = absolute(url);
  // The file is asked for while the program is still loading.
  const response = fetch(address, { signal });
  response.catch(() => {}); // told by the program, which takes it
  await init();
  // Without them `sentences` speaks English and `svg` says that there is no map.
  const beside = [loadLanguage(document.documentElement.lang || "en"), loadShapes()];
  const [handle] = await Promise.all([
    program().openSnapshot(address, options, onProgress, signal, response).catch(told),
    Promise.allSettled(beside),
  ]);
  return new Snapshot(handle);
}

/** Reads a snapshot from bytes. */
export function parse(bytes, options) {
  const { parseSnapshot } = program();
  if (!(bytes instanceof Uint8Array)) throw coded("invalid-argument", "Give the file as a Uint8Array.", undefined, "bytes");
  return new Snapshot(call(() => parseSnapshot(bytes, options)));
}

/** Fetches a language, so that `sentences` and `svg` can speak it. */
export async function loadLanguage(lang) {
  await init();
  await program().loadLanguage(base(), String(lang));
}

/** Fetches the shapes of places, so that `svg` can draw maps. */
export async function loadShapes() {
  await init();
  await program().loadShapes(base());
}

function absolute(url) {
  try {
    return new URL(url, document.baseURI).href;
  } catch (error) {
    throw coded("invalid-argument", "This is no address.", error, "url");
  }
}

// What the program throws has a code. What else comes from it is a trap, after which nothing of it works.
function told(error) {
  if (typeof error?.code === "string") throw error;
  if (error instanceof WebAssembly.RuntimeError) dispatchEvent(new CustomEvent("mixed-movements:stopped", { detail: error }));
  throw coded("stopped", "The program stopped. Reload the page to start it again.", error);
}

function call(step) {
  try {
    return step();
  } catch (error) {
    return told(error);
  }
}

// Cells of results that are made when a snapshot is freed; beyond them a result keeps its dataset until it
// is collected itself.
const SETTLED_CELLS = 100_000;

export class Snapshot {
  #held;
  #info;

  constructor(handle) {
    this.#info = call(() => handle.info());
    this.#held = new Held(handle);
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
    const { datasets } = this.#info;
    const position = typeof id === "number" ? id : datasets.findIndex((known) => known.id === id);
    const info = datasets[position];
    this.#held.live();
    if (!info) {
      const known = datasets.map((dataset) => dataset.id).join(", ");
      throw coded("unknown-dataset", `There is no dataset “${id}”. There are: ${known}.`, undefined, "dataset");
    }
    return new Dataset(this.#held, position, info);
  }

  describe(lang) {
    const handle = this.#held.live();
    return call(() => handle.describe(text(lang)));
  }

  free() {
    this.#held.free();
  }
}

// What a snapshot and its datasets hold of the program's memory. Who holds neither any more leaves it to
// garbage collection: each handle is registered for it by the glue.
class Held {
  #snapshot;
  #datasets = [];
  #answers = new Set();

  constructor(snapshot) {
    this.#snapshot = snapshot;
  }

  live() {
    if (!this.#snapshot) throw coded("freed", "The snapshot was freed.");
    return this.#snapshot;
  }

  dataset(position) {
    const snapshot = this.live();
    return (this.#datasets[position] ??= call(() => snapshot.dataset(position)));
  }

  answer(answer) {
    const entry = { set: this.#answers, reference: new WeakRef(answer) };
    this.#answers.add(entry.reference);
    collected.register(answer, entry);
  }

  free() {
    if (!this.#snapshot) return;
    let room = SETTLED_CELLS;
    for (const answer of [...this.#answers].reverse().map((reference) => reference.deref())) {
      if (!answer || answer.unread > room) continue;
      room -= answer.unread;
      answer.settle();
    }
    this.#answers.clear();
    for (const handle of [this.#snapshot, ...this.#datasets]) handle?.free();
    this.#snapshot = undefined;
    this.#datasets = [];
  }
}

const collected = new FinalizationRegistry(({ set, reference }) => set.delete(reference));

export class Dataset {
  #held;
  #position;
  #dimensions;
  #freed = false;

  constructor(held, position, info) {
    this.#held = held;
    this.#position = position;
    this.info = info;
    this.#dimensions = info.dimensions.filter((dimension) => dimension.role !== "metric");
  }

  #call(step) {
    if (this.#freed) throw coded("freed", "The dataset was freed.");
    const handle = this.#held.dataset(this.#position);
    return call(() => step(handle));
  }

  query(query) {
    const handle = this.#call((dataset) => dataset.query(query));
    const columns = call(() => handle.columns());
    const answer = new Answer(handle, columns);
    this.#held.answer(answer);
    return { groups: columns.map((column, index) => new Group(column, index, answer, this.#dimensions)) };
  }

  sentences(query, lang) { return this.#call((dataset) => dataset.sentences(query, text(lang))); }
  csv(query) { return this.#call((dataset) => dataset.csv(query)); }
  svg(query, chart, options) { return this.#call((dataset) => dataset.svg(query, String(chart), options)); }

  free() {
    this.#freed = true;
  }
}

const text = (value) => (value === undefined || value === null ? undefined : String(value));

// What goes with the cells of one result, group by group, made when it is read.
class Answer {
  #handle;
  #sizes;
  #cells = [];

  constructor(handle, columns) {
    this.#handle = handle;
    this.#sizes = columns.map(([, values]) => values.length);
    this.#release();
  }

  cells(index) {
    if (!this.#cells[index]) {
      this.#cells[index] = call(() => this.#handle.cells(index));
      this.#sizes[index] = 0;
      this.#release();
    }
    return this.#cells[index];
  }

  get unread() {
    return this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  settle() {
    this.#sizes.forEach((_, index) => this.cells(index));
  }

  #release() {
    if (this.unread > 0) return;
    this.#sizes.forEach((_, index) => (this.#cells[index] ??= []));
    this.#handle?.free();
    this.#handle = undefined;
  }
}

class Group {
  #dimensions;
  #index;
  #answer;
  #keys;

  constructor([dimensions, values, positions, observed, of, lower, upper], index, answer, all) {
    this.#dimensions = Array.from(dimensions, (position) => all[position]);
    this.by = this.#dimensions.map((dimension) => dimension.id);
    this.values = values;
    this.positions = positions;
    this.observed = observed;
    this.of = of;
    if (lower) this.lower = lower;
    if (upper) this.upper = upper;
    this.#index = index;
    this.#answer = answer;
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
    return this.#answer.cells(this.#index);
  }
}
