// The one WebAssembly program of the page, and its start.
//
// WASM_FILE, WASM_INTEGRITY and VERSION are written in by scripts/post-build.mjs.
import start, * as exports from "mixed-movements:glue";

let starting;
let started = false;

/** Loads the program, once per page. A failed start may be tried again. */
export default function init() {
  starting ??= load().catch((error) => {
    starting = undefined;
    throw coded("not-loaded", "The program could not be started.", error);
  });
  return starting;
}

async function load() {
  // Only the copy for subresource integrity checks the program, since a checked file cannot be compiled
  // while it arrives.
  const options = WASM_INTEGRITY ? { integrity: WASM_INTEGRITY } : {};
  await start({ module_or_path: fetch(new URL(WASM_FILE, import.meta.url), options) });
  started = true;
}

/** What the program exports. Before `init()` is done: an error with code `not-ready`. */
export function program() {
  if (!started) throw coded("not-ready", "Wait for init() first.");
  return exports;
}

/** An `Error` with `code` and `path`, as all errors of the API are. */
export function coded(code, message, cause, path = "") {
  return Object.assign(new Error(message, cause && { cause }), { code, path });
}

export const version = VERSION;
