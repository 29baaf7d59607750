// The one WebAssembly program of the page, and its start.
//
// It comes in two parts (docs/decisions/0008-two-parts.md): what the page needs until its first chart, and
// the rest, right after it. A function that is called before its part is there brings that part first, so
// which functions the first part has decides about speed alone.
//
// FIRST and SECOND (`{ file, integrity }`; a development build has no second part) and VERSION are written
// in by scripts/post-build.mjs.
import * as glue from "mixed-movements:glue";

// The views of scripts/profile.mjs.
const BEGINS = ["full", "trend"];

let instance; // of the first part
let isWhole = false;
let trap; // the first one
const waiting = new Set(); // of `later`, to tell of the trap
let beginning; // promises
let completing;

/**
 * Loads what a view needs until its first chart: the first part for those that it was made for, or else the
 * whole, as where each file is checked.
 */
export const begin = (view) => (BEGINS.includes(view) && !SECOND?.integrity ? beginWithFirst() : init());

// A failed start may be tried again.
function beginWithFirst(second) {
  beginning ??= start(second).catch((error) => {
    beginning = undefined;
    throw coded("not-loaded", "The program could not be started.", error);
  });
  return beginning;
}

/** Loads the program, once per page. A failed start may be tried again. */
export default function init() {
  completing ??= complete().catch((error) => {
    completing = undefined;
    throw error.code ? error : coded("not-loaded", "The program could not be loaded in full.", error);
  });
  return completing;
}

// With the second part, where it is waited for: then not even the start has to bring it.
async function start(second) {
  const [module, rest] = await Promise.all([compile(FIRST), second && compile(SECOND)]);
  instance = await WebAssembly.instantiate(module, { ...glue.__wbg_get_imports(), second: { load: completeNow } });
  if (rest) {
    await WebAssembly.instantiate(rest, { first: instance.exports });
    isWhole = true;
  }
  glue.__wbg_finalize_init({ exports: watched(instance.exports) }, module);
  if (isWhole) return;
  if (SECOND) init().catch(() => {}); // told by whoever waits for it
  else isWhole = true;
}

/**
 * What the browser calls, telling by `mixed-movements:stopped` when it traps (memory, the stack): after that
 * nothing of the program can be trusted, and nothing of it is called again. Told here and not by the page's
 * `error` event, whose error WebKit keeps back for code from another origin. A panic tells itself, and traps.
 * Names with `$` are for the second part.
 */
function watched(exports) {
  const watch = (name, run) => (...given) => {
    if (trap) {
      // Called by garbage collection, and even when the page is loaded anew, in whose name it would speak.
      if (/_free$|_destroy_closure$/.test(name)) return undefined;
      throw trap;
    }
    try {
      return run(...given);
    } catch (error) {
      if (isTrap(error)) {
        trap = error;
        for (const reject of waiting) reject(error);
        dispatchEvent(new CustomEvent("mixed-movements:stopped", { detail: error }));
      }
      throw error;
    }
  };
  const isWatched = ([name, what]) => typeof what === "function" && !name.startsWith("$");
  const entries = Object.entries(exports).filter(isWatched).map(([name, run]) => [name, watch(name, run)]);
  return { ...exports, ...Object.fromEntries(entries) };
}

// A full stack is no RuntimeError: Chromium and WebKit say RangeError, Firefox InternalError.
const isTrap = (error) => error instanceof WebAssembly.RuntimeError || /call stack|recursion/.test(error?.message);

/** What `ask` of the program promises, or the trap after which it would never come. */
export function later(ask) {
  return new Promise((resolve, reject) => {
    const promise = ask();
    waiting.add(reject);
    promise.then(resolve, reject).finally(() => waiting.delete(reject));
  });
}

async function complete() {
  await beginWithFirst(SECOND);
  if (isWhole) return;
  await WebAssembly.instantiate(await compile(SECOND), { first: instance.exports });
  isWhole = true;
}

// What the first part calls when it needs the second and cannot wait for a promise.
function completeNow() {
  if (SECOND.integrity) throw new Error("A checked program is used once it is loaded in full.");
  const request = new XMLHttpRequest();
  request.open("GET", new URL(SECOND.file, import.meta.url), false);
  request.overrideMimeType("text/plain; charset=x-user-defined"); // bytes as they are
  request.send();
  if (request.status !== 200) throw new Error(`${request.status}: ${SECOND.file}`);
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { first: instance.exports });
  isWhole = true;
}

async function compile({ file, integrity }) {
  // Only the copy for subresource integrity checks the program, since a checked file cannot be compiled
  // while it arrives.
  const response = await fetch(new URL(file, import.meta.url), integrity ? { integrity } : {});
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}: ${response.url}`);
  const isStreamed = response.headers.get("content-type")?.startsWith("application/wasm");
  return isStreamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** What the program exports. Before `init()` is done: an error with code `not-ready`. */
export function program() {
  if (!isWhole) throw coded("not-ready", "Wait for init() first.");
  return glue;
}

/** What the program exports, for who has waited for `begin()` alone. */
export const programInPart = () => glue;

/** An `Error` with `code` and `path`, as all errors of the API are. */
export function coded(code, message, cause, path = "") {
  return Object.assign(new Error(message, cause && { cause }), { code, path });
}

export const version = VERSION;
