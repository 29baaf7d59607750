// The JavaScript interface: thin classes around what the wasm exports, with the names
// that docs/embedding.md promises. Results hold typed arrays; `keys` and `cells` are made
// when they are first read.
//
// Contract: www/mixed-movements.d.ts.
import init, { coded, later, program } from "./program.js";
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
    later(() => program().openSnapshot(address, options, onProgress, signal, response)).catch(told),
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
  await later(() => program().loadLanguage(base(), String(lang))).catch(told);
}

/** Fetches the shapes of places, so that `svg` can draw maps. */
export async function loadShapes() {
  await init();
  await later(() => program().loadShapes(base())).catch(told);
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
  #answers = [];
  // At so many those that were collected are left out.
  #most = 64;

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
    if (this.#answers.length === this.#most) {
      this.#answers = this.#answers.filter((reference) => reference.deref());
      this.#most = 64 + 2 * this.#answers.length;
    }
    this.#answers.push(new WeakRef(answer));
  }

  free() {
    if (!this.#snapshot) return;
    let room = SETTLED_CELLS;
    // Datasets that are asked again for cells later; the last result that is collected lets go of them.
    const asked = new Set();
    for (const answer of this.#answers.reverse().map((reference) => reference.deref())) {
      if (!answer) continue;
      if (answer.unread > room) {
        asked.add(answer.dataset);
        continue;
      }
      room -= answer.unread;
      answer.settle();
    }
    this.#answers = [];
    for (const handle of [this.#snapshot, ...this.#datasets]) if (!asked.has(handle)) handle?.free();
    this.#snapshot = undefined;
    this.#datasets = [];
  }
}

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
      const request = encoded ?? dataset.request(query);
      const counts = dataset.ask(request);
      const answer = new Answer(dataset, request);
      const groups = [];
      const last = counts.length - 1;
      for (let number = 0, count = 2 * counts[last]; count < last; ) {
        const num = counts[count], cells = counts[count + 1], bounds = counts[count + 2], positions = counts[count + 4];
        groups.push(new Group(counts, number, count, answer, this.#dimensions));
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

// Requests stand one after the other, since each is asked again for cells: an array of its own would take
// longer to make than the request. `begin` and `end` are those of the last.
let room = new Uint32Array(0);
let begin = 0;
let end = 0;

function put(number) {
  if (end === room.length) grow(1);
  room[end++] = number;
}

function grow(more) {
  const grown = new Uint32Array(4096 + 2 * (end - begin + more));
  grown.set(room.subarray(begin, end));
  [room, begin, end] = [grown, 0, end - begin];
}

/**
 * A query in numbers, as the program's `ask` reads them, since text that crosses has its price. Of a query
 * with anything unusual about it, nothing: the program reads that itself, and says what is wrong.
 */
function encode(query, { measures, dimensions, codes }) {
  if (!isPlain(query)) return undefined;
  const { measure, where, by, linked, top } = query;
  begin = end;
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
      if (end + kept.length > room.length) grow(kept.length);
      room.set(kept, end);
      end += kept.length;
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
  return room.subarray(begin, end);
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
  unread = 0;

  constructor(dataset, request) {
    this.#dataset = dataset;
    this.#request = request;
  }

  get dataset() { return this.#dataset; }

  // Adds a group of so many cells; its place.
  add(size) {
    this.unread += size;
    return this.#sizes.push(size) - 1;
  }

  cells(index) {
    if (this.#sizes[index] > 0) {
      this.#cells[index] = call(() => this.#dataset.cells(this.#request, index));
      this.unread -= this.#sizes[index];
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
  #counts;
  #count;
  #index;
  #answer;
  #all;
  #positions;
  #of;
  #keys;

  // Laid out as the program's `to_numbers` says, from `number` and `count` on. Views of one buffer: arrays of
  // their own would take longer to make than most answers.
  constructor(counts, number, count, answer, all) {
    const num = counts[count], cells = counts[count + 1], positions = counts[count + 4];
    const { buffer } = counts;
    this.by = [];
    for (let at = 0; at < num; at += 1) this.by.push(all[counts[count + 5 + at]].id);
    this.values = new Float64Array(buffer, 8 * number, cells);
    this.observed = new Uint32Array(buffer, 4 * (count + 5 + num + positions), cells);
    if (counts[count + 2]) {
      this.lower = new Float64Array(buffer, 8 * (number + cells), cells);
      this.upper = new Float64Array(buffer, 8 * (number + 2 * cells), cells);
    }
    this.#counts = counts;
    this.#count = count;
    this.#index = answer.add(cells);
    this.#answer = answer;
    this.#all = all;
  }

  // Each its cell's place, where none were handed over.
  get positions() {
    if (!this.#positions) {
      const begin = this.#count + 5 + this.by.length, num = this.by.length * this.values.length;
      this.#positions = this.#counts[this.#count + 4] === num
        ? this.#counts.subarray(begin, begin + num)
        : Uint32Array.from(this.values, (_, cell) => cell);
    }
    return this.#positions;
  }

  // The same for every cell.
  get of() {
    return (this.#of ??= new Uint32Array(this.values.length).fill(this.#counts[this.#count + 3]));
  }

  get keys() {
    if (!this.#keys) {
      const { positions } = this;
      const dimensions = this.by.map((_, at) => this.#all[this.#counts[this.#count + 5 + at]]);
      this.#keys = Array.from(this.values, (_, cell) =>
        dimensions.map(({ categories }, at) => categories[positions[cell * dimensions.length + at]].code));
    }
    return this.#keys;
  }

  get cells() {
    return this.#answer.cells(this.#index);
  }
}
