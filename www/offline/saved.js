// The editions kept on this device.
//
// Owns Cache Storage under one name for each place of the app: one entry an edition, bytes and all that is
// known of them in one response, so that they can never part. Used by the page (which writes) and by the
// service worker (which only reads). Everything here rejects where the browser refuses storage.

/** Told by a response that came out of the store: the facts, as JSON in percent signs. */
export const FACTS = "x-mixed-movements-saved";

/** Name of the caches that hold the editions of the app at `scope`, a full address with a slash at the end. */
export const cacheName = (scope) => `mixed-movements-saved:${scope}`;

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The store. Facts of an edition: `{ address, sha256, edition, updated, label, signature, savedAt, asked, size }`:
 * where it came from, its hash, what the file says of itself, the text of its detached signature, when it
 * was fetched (milliseconds), whether the reader asked to keep it, and its bytes.
 */
export class Saved {
  #scope;

  constructor(scope) {
    this.#scope = scope;
  }

  // Rejects, rather than throwing, where there is no Cache Storage at all (plain http).
  async #open() {
    if (!globalThis.caches) throw new DOMException("There is no storage here.", "SecurityError");
    return caches.open(cacheName(this.#scope));
  }

  #key({ address, sha256 }) {
    return `${this.#scope}saved/${sha256}?from=${encodeURIComponent(address)}`;
  }

  /** The facts of all editions, the latest fetched first. */
  async list() {
    // To open a cache is to make one.
    if (globalThis.caches && !(await caches.has(cacheName(this.#scope)))) return [];
    const cache = await this.#open();
    const entries = await Promise.all((await cache.keys()).map((request) => cache.match(request)));
    const known = entries.map((response) => facts(response)).filter(Boolean);
    return known.sort((a, b) => b.savedAt - a.savedAt);
  }

  /** The facts of the edition of an address that was fetched last. */
  async newest(address) {
    return (await this.list()).find((known) => known.address === address);
  }

  /** The bytes of an edition; `undefined` where it is gone, or no longer what was saved. */
  async bytes(known) {
    const cache = await this.#open();
    const response = await cache.match(this.#key(known));
    if (!response) return undefined;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if ((await sha256(bytes)) === known.sha256) return bytes;
    await cache.delete(this.#key(known));
    return undefined;
  }

  /** Keeps an edition. Others of the same address go, but those that the reader asked to keep. */
  async put(known, bytes) {
    const cache = await this.#open();
    const before = facts(await cache.match(this.#key(known)));
    const all = { ...known, asked: Boolean(known.asked || before?.asked), size: bytes.length };
    const headers = { "content-type": "application/json", [FACTS]: encodeURIComponent(JSON.stringify(all)) };
    await cache.put(this.#key(known), new Response(bytes, { headers }));
    for (const other of await this.list()) {
      if (other.address === known.address && other.sha256 !== known.sha256 && !other.asked) await this.remove(other);
    }
    return all;
  }

  async remove(known) {
    await (await this.#open()).delete(this.#key(known));
  }

  /** The edition of an address, as it is given to whoever asks while there is no network. */
  async response(address) {
    const known = await this.newest(address);
    return known && (await this.#open()).match(this.#key(known));
  }

  async clear() {
    await caches.delete(cacheName(this.#scope));
  }
}

/** What a response out of the store says of itself; `undefined` for any other. */
export function facts(response) {
  const text = response?.headers.get(FACTS);
  if (!text) return undefined;
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return undefined;
  }
}
