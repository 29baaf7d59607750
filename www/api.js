// The JavaScript interface: thin classes around what the wasm exports, with the names
// that docs/embedding.md promises. Results hold typed arrays; `keys` and `cells` are made
// when they are first read.
//
// Contract: www/mixed-movements.d.ts.
import init, { coded, program } from "./program.js";
import { signatureAddress, signed } from "./signature.js";

const base = () => new URL(ROOT, import.meta.url).href;

/** Fetches and reads a snapshot; the page's language and the shapes for maps come beside it. */
export async function open(url, options) {
  const { onProgress, signal } = options ?? {};
  if (signal?.aborted) throw coded("aborted", "The request was ended.");
  const address = absolute(url);
  const keys = [options?.publicKey ?? []].flat();
  if (keys.some((key) => typeof key !== "string")) throw coded("invalid-argument", "Give the key as text.", undefined, "options.publicKey");
  const publicKey = keys.join(" ").trim();
  // The file is asked for while the program is still loading.
  const response = fetch(address, { signal }).then((file) =>
    publicKey ? signed(file, publicKey, () => fetch(signatureAddress(address), { signal })) : file);
  response.catch(() => {}); // told by the program, which takes it
  await init();
  // Without them `sentences` speaks English and `svg` says that there is no map.
  const beside = [loadLanguage(document.documentElement.lang || "en"), loadShapes()];
  const [handle] = await Promise.all([
    program().openSnapshot(address, options, onProgress, signal, response).catch(told),
    Promise.allSettled(beside),
  ]);
  return new Snapshot(handle, (await response).signature);
}

/** Reads a snapshot from bytes. */
export function parse(bytes, options) {
  const { parseSnapshot } = program();
  if (!(bytes instanceof Uint8Array)) throw coded("invalid-argument", "Give the file as a Uint8Array.", undefined, "bytes");
  // A key that nobody looks at would be worse than none.
  if (options?.publicKey?.length) throw coded("invalid-argument", "Only open() verifies a signature.", undefined, "options.publicKey");
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
  #sha256;
  #signature;

  constructor(handle, signature) {
    this.#info = call(() => handle.info());
    this.#signature = signature;
    this.#held = new Held(handle);
    // Nobody waits for the hash: questions come first.
    setTimeout(() => this.#held.hash());
  }

  get edition() { return this.#info.edition; }
  get label() { return this.#info.label; }
  get updated() { return this.#info.updated; }
  get publisher() { return this.#info.publisher; }
  get illustrative() { return this.#info.illustrative; }
  get sha256() { return (this.#sha256 ??= call(() => this.#held.live().sha256())); }
  get signature() { return this.#signature; }
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
    if (this.#held.isLive) this.#sha256 = this.sha256;
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

  get isLive() {
    return this.#snapshot !== undefined;
  }

  // The browser's own hash takes a fraction of the program's, which makes it where it is asked for before.
  async hash() {
    const chunks = this.#snapshot?.unhashed();
    if (!chunks) return;
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    chunks.reduce((at, chunk) => (bytes.set(chunk, at), at + chunk.length), 0);
    // In place of the chunks, which the program holds too: the file is not kept twice.
    chunks.splice(0, chunks.length, bytes);
    const digest = await crypto.subtle.digest("SHA-256", bytes).catch(() => undefined);
    if (digest) this.#snapshot?.hashed(new Uint8Array(digest));
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
    // Datasets that are asked again for cells later; the last result that is collected lets go of them.
    const asked = new Set();
    for (const answer of [...this.#answers].reverse().map((reference) => reference.deref())) {
      if (!answer) continue;
      if (answer.unread > room) {
        asked.add(answer.dataset);
        continue;
      }
      room -= answer.unread;
      answer.settle();
    }
    this.#answers.clear();
    for (const handle of [this.#snapshot, ...this.#datasets]) if (!asked.has(handle)) handle?.free();
    this.#snapshot = undefined;
    this.#datasets = [];
  }
}

const collected = new FinalizationRegistry(({ set, reference }) => set.delete(reference));

export class Dataset {
  #held;
  #position;
  #dimensions;
  #ids;
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
    this.#ids ??= new Ids(this.info, this.#dimensions);
    const encoded = encode(query, this.#ids);
    return this.#call((dataset) => {
      // A copy, since it is asked again for cells.
      const request = encoded?.slice() ?? dataset.request(query);
      const counts = dataset.ask(request);
      const answer = new Answer(dataset, request);
      const groups = [];
      const end = counts.length - 1;
      for (let number = 0, count = 2 * counts[end]; count < end; ) {
        const num = counts[count], cells = counts[count + 1], bounds = counts[count + 2], positions = counts[count + 4];
        groups.push(new Group(counts, number, count, answer.add(cells), answer, this.#dimensions));
        count += 5 + num + positions + cells;
        number += cells * (1 + 2 * bounds);
      }
      if (answer.unread > 0) this.#held.answer(answer);
      return { groups };
    });
  }

  sentences(query, lang) { return this.#call((dataset) => dataset.sentences(query, text(lang))); }
  csv(query) { return this.#call((dataset) => dataset.csv(query)); }
  svg(query, chart, options) { return this.#call((dataset) => dataset.svg(query, String(chart), options)); }

  free() {
    this.#freed = true;
  }
}

// The positions of a dataset's ids and codes.
class Ids {
  constructor({ measures }, dimensions) {
    const positions = (list, name) => new Map(list.map((entry, position) => [entry[name], position]));
    this.measures = positions(measures, "id");
    this.dimensions = positions(dimensions, "id");
    this.codes = dimensions.map(({ categories }) => positions(categories, "code"));
  }
}

const isPlain = (value) => typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
const isAbsent = (value) => value === undefined || value === null;

let room = new Uint32Array(1024);

/**
 * A query in numbers, as the program's `ask` reads them, since text that crosses has its price. Of a query
 * with anything unusual about it, nothing: the program reads that itself, and says what is wrong.
 */
function encode(query, { measures, dimensions, codes }) {
  if (!isPlain(query)) return undefined;
  const { measure, where, by, linked, top } = query;
  let length = 0;
  const put = (number) => {
    if (length === room.length) grow(1);
    room[length++] = number;
  };
  const grow = (more) => {
    const grown = new Uint32Array(2 * (room.length + more));
    grown.set(room);
    room = grown;
  };
  const known = isAbsent(measure) && measures.size === 1 ? 0 : measures.get(measure);
  if (known === undefined || !(isAbsent(linked) || typeof linked === "boolean")) return undefined;
  put(known);
  put(linked ? 1 : 0);
  if (!isAbsent(where) && !isPlain(where)) return undefined;
  for (const id in where) {
    const kept = where[id];
    if (isAbsent(kept)) continue;
    const place = dimensions.get(id);
    if (place === undefined) return undefined;
    put(place + 1);
    if (kept instanceof Uint32Array) {
      put(kept.length);
      if (length + kept.length > room.length) grow(kept.length);
      room.set(kept, length);
      length += kept.length;
    } else if (Array.isArray(kept)) {
      put(kept.length);
      for (const code of kept) {
        const position = codes[place].get(code);
        if (position === undefined) return undefined;
        put(position);
      }
    } else if (isPlain(kept)) {
      const from = codes[place].get(kept.from), to = codes[place].get(kept.to);
      if (Object.keys(kept).length !== 2 || from === undefined || to === undefined) return undefined;
      put(RANGE);
      put(from);
      put(to);
    } else {
      return undefined;
    }
  }
  put(0);
  const groupings = isAbsent(by) ? [[]] : by;
  if (!Array.isArray(groupings)) return undefined;
  put(groupings.length);
  for (const grouping of groupings) {
    if (!Array.isArray(grouping)) return undefined;
    put(grouping.length);
    for (const id of grouping) {
      const place = dimensions.get(id);
      if (place === undefined || grouping.indexOf(id) !== grouping.lastIndexOf(id)) return undefined;
      put(place);
    }
  }
  if (!isAbsent(top) && !isPlain(top)) return undefined;
  for (const id in top) {
    if (isAbsent(top[id])) continue;
    const place = dimensions.get(id);
    if (place === undefined || !(top[id] >= 0 && top[id] < RANGE)) return undefined;
    put(place);
    put(top[id]);
  }
  return room.subarray(0, length);
}

// In place of a number of positions: the positions of the two ends of a range follow.
const RANGE = 0xffffffff;

const text = (value) => (value === undefined || value === null ? undefined : String(value));

// What goes with the cells of one result, group by group, made when it is read: then the same is asked again, which
// costs less than what an answer would keep of the program's memory.
class Answer {
  #dataset;
  #request;
  #sizes = [];
  #cells = [];

  constructor(dataset, request) {
    this.#dataset = dataset;
    this.#request = request;
  }

  get dataset() { return this.#dataset; }
  get unread() { return this.#sizes.reduce((sum, size) => sum + size, 0); }

  // Adds a group of so many cells; its place.
  add(size) {
    return this.#sizes.push(size) - 1;
  }

  cells(index) {
    if (this.#sizes[index] > 0) {
      this.#cells[index] = call(() => this.#dataset.cells(this.#request, index));
      this.#sizes[index] = 0;
      if (this.unread === 0) this.#dataset = undefined;
    }
    return (this.#cells[index] ??= []);
  }

  settle() {
    this.#sizes.forEach((_, index) => this.cells(index));
  }
}

class Group {
  #dimensions = [];
  #index;
  #answer;
  #positions;
  #parts;
  #of;
  #keys;

  // Laid out as the program's `to_numbers` says, from `number` and `count` on. Views of one buffer: arrays of
  // their own would take longer to make than most answers.
  constructor(counts, number, count, index, answer, all) {
    const num = counts[count], cells = counts[count + 1], bounds = counts[count + 2], positions = counts[count + 4];
    const { buffer } = counts;
    let at = count + 5;
    const next = (length) => {
      const view = new Uint32Array(buffer, 4 * at, length);
      at += length;
      return view;
    };
    const column = (place) => new Float64Array(buffer, 8 * (number + place * cells), cells);
    for (; at < count + 5 + num; at += 1) this.#dimensions.push(all[counts[at]]);
    this.by = this.#dimensions.map((dimension) => dimension.id);
    this.values = column(0);
    if (positions === num * cells) this.#positions = next(positions);
    this.observed = next(cells);
    if (bounds) {
      this.lower = column(1);
      this.upper = column(2);
    }
    this.#index = index;
    this.#answer = answer;
    this.#parts = counts[count + 3];
  }

  // Each its cell's place, where none were handed over.
  get positions() {
    return (this.#positions ??= Uint32Array.from(this.values, (_, cell) => cell));
  }

  // The same for every cell.
  get of() {
    return (this.#of ??= new Uint32Array(this.values.length).fill(this.#parts));
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
