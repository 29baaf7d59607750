// The JavaScript API: `open`, `parse`, `Snapshot`, `Dataset`. Contract: www/mixed-movements.d.ts.
//
// Owns fetching and lifetimes. What a snapshot says is the program's: `parse_snapshot(bytes, options)`
// gives a handle with `edition()`, `datasets()`, `dataset(id)`, and that one handles with `query(q)`,
// `sentences(q, lang)`, `csv(q)`, `svg(q, chart, options)`. All have `free()`; what nobody frees goes
// with garbage collection.
import init, { coded, program } from "./program.js";

const MAX_BYTES = 128 * 1024 * 1024;

/** Fetches a snapshot with progress and integrity, while the program loads, and parses it. */
export async function open(url, options = {}) {
  const [bytes] = await Promise.all([fetchBytes(url, options), init()]);
  return parse(bytes, options);
}

/** Parses a snapshot. */
export function parse(bytes, { additivity } = {}) {
  return new Snapshot(TOKEN, program().parse_snapshot(bytes, { additivity }));
}

async function fetchBytes(url, { integrity, maxBytes = MAX_BYTES, onProgress, signal }) {
  try {
    const response = await fetch(url, { ...(integrity && { integrity }), ...(signal && { signal }) });
    if (!response.ok) throw coded("not-found", `${url}: the server answered ${response.status}.`);
    const total = Number(response.headers.get("content-length")) || undefined;
    const chunks = [];
    let loaded = 0;
    const reader = response.body.getReader();
    for (let step; !(step = await reader.read()).done; ) {
      loaded += step.value.length;
      if (loaded > maxBytes) {
        reader.cancel();
        throw coded("too-large", `${url}: larger than ${maxBytes} bytes.`);
      }
      chunks.push(step.value);
      onProgress?.(loaded, total);
    }
    const bytes = new Uint8Array(loaded);
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return bytes;
  } catch (error) {
    if (error.code && error.name === "Error") throw error;
    if (signal?.aborted) throw coded("aborted", `${url}: given up.`, error);
    throw coded("not-fetched", `${url}: ${integrity ? "no answer, or not the file that was expected" : "no answer"}.`, error);
  }
}

const TOKEN = Symbol();

class Handled {
  #handle;
  constructor(token, handle) {
    if (token !== TOKEN) throw new TypeError("Illegal constructor");
    this.#handle = handle;
  }
  /** The program's handle; after `free()` an error. */
  get _handle() {
    if (!this.#handle) throw coded("freed", "This was freed.");
    return this.#handle;
  }
  free() {
    this.#handle?.free();
    this.#handle = undefined;
  }
}

export class Snapshot extends Handled {
  get edition() {
    return this._handle.edition();
  }
  get datasets() {
    return this._handle.datasets();
  }
  dataset(id) {
    return new Dataset(TOKEN, this._handle.dataset(id), this);
  }
}

export class Dataset extends Handled {
  #snapshot;
  constructor(token, handle, snapshot) {
    super(token, handle);
    this.#snapshot = snapshot;
  }
  get #live() {
    return this.#snapshot._handle && this._handle;
  }
  query(q) {
    return this.#live.query(q);
  }
  sentences(q, lang) {
    return this.#live.sentences(q, lang);
  }
  csv(q) {
    return this.#live.csv(q);
  }
  svg(q, chart, options) {
    return this.#live.svg(q, chart, options);
  }
}
