// New versions of the app: one waits beside the running one until the reader asks for it.
//
// Owns the service worker's registration. A version is downloaded whole, each file checked against its hash,
// before it may wait; then it takes over in all tabs at once, which reload: the view is in the address.

/** How often a page that stays open asks for a new version, in milliseconds. */
const OFTEN = 30 * 60_000;

export class Updates {
  #registration;
  #controlled = Boolean(navigator.serviceWorker?.controller);
  #asked = 0;
  #policy; // for trusted types; may be made once only
  /** Whether a new version waits. */
  waits = false;
  /** Whether one took over while this page could not reload. */
  isBehind = false;
  /** Called when one of these changes. */
  changed = () => {};
  /** Whether this page may be reloaded: not while it shows what its address cannot bring back. */
  mayReload = () => true;

  /** Registers the worker. Rejects where the browser refuses. */
  async start(base) {
    const address = new URL("service-worker.js", base).href;
    if (!this.#asked) {
      this.#policy = globalThis.trustedTypes?.createPolicy("mixed-movements", { createScriptURL: () => address });
      navigator.serviceWorker.addEventListener("controllerchange", () => this.#takenOver());
    }
    this.#asked = Date.now();
    const script = this.#policy ? this.#policy.createScriptURL("") : address;
    this.#registration = await navigator.serviceWorker.register(script, { updateViaCache: "none" });
    this.#look();
    this.#registration.addEventListener("updatefound", () => {
      this.#registration.installing?.addEventListener("statechange", () => this.#look());
    });
  }

  #look() {
    // The first version waits for nobody.
    const waits = Boolean(this.#registration.waiting && this.#registration.active);
    if (waits === this.waits) return;
    this.waits = waits;
    this.changed();
  }

  #takenOver() {
    const first = !this.#controlled;
    this.#controlled = true;
    if (first) return;
    if (this.mayReload()) return location.reload();
    this.waits = false;
    this.isBehind = true;
    this.changed();
  }

  /** The reader wants the new version, now and in all tabs. */
  take() {
    if (this.isBehind) return location.reload();
    this.#registration.waiting?.postMessage({ type: "SKIP_WAITING" });
  }

  /** Asks the server, but not too often. */
  check(now = Date.now()) {
    if (!this.#registration || now - this.#asked < OFTEN) return;
    this.#asked = now;
    this.#registration.update().catch(() => {}); // no network: later
  }

  /** Takes the app off this device: its worker, and all that it kept. */
  static async remove() {
    const registration = await navigator.serviceWorker?.getRegistration();
    for (const name of await caches.keys()) {
      if (name.startsWith("workbox-") && registration && name.endsWith(registration.scope)) await caches.delete(name);
    }
    await registration?.unregister();
  }
}
