// Where the page's figures come from: the network as long as it answers, else the edition that was saved.
//
// Owns the choice between the two, and what is saved. Nothing is saved before the program has read it (its
// `ready` event), so that a file that is no snapshot, or whose signature does not fit, never replaces a good
// one; and nothing is shown in place of what the reader looks at unless they ask (`show`).
import { signatureAddress } from "../signature.js";
import { facts, Saved, sha256 } from "./saved.js";

/** How long the network may take, in milliseconds, where there is a saved edition to show instead. */
const PATIENCE = 5_000;

export class Keeper {
  /** `{ facts, from: "network" | "saved", reached }` of what is on the screen: `reached` says whether its address answered. */
  shown;
  /** `{ facts, bytes }` of another edition at the same address, that the reader may ask for. */
  offered;
  /** The last good edition, while the screen says why a newer one cannot be shown. */
  lastGood;
  /** `{ label, edition }` of the file on the screen, wherever it comes from; empty where none is. */
  opened = {};
  /** Whether a file of the reader's own is on the screen, which no address brings back. */
  isOwn = false;
  /** What went wrong with the storage: "full", "refused", "evicted". */
  trouble;
  /** Called whenever one of these changes. */
  changed = () => {};

  #saved;
  #given; // what `show` gives to the next who asks
  #arrived; // what was handed out last: { address, from, bytes(), signature(), … }
  #underway = new Map();

  constructor(scope) {
    this.saved = this.#saved = new Saved(scope);
  }

  /** Asks for an address before the program does. */
  ahead(address) {
    const response = this.load(address);
    response.catch(() => {}); // told by whoever takes it
    this.#underway.set(address, response);
  }

  /** The element's `loader`: an address to a response. */
  load(address) {
    const underway = this.#underway.get(address);
    this.#underway.delete(address);
    return underway ?? this.#load(address);
  }

  async #load(address) {
    const given = this.#given;
    this.#given = undefined;
    if (given?.address === address) return this.#hand(given);
    const known = await this.#saved.newest(address).catch(() => undefined);
    if (!known) await this.#lookForLoss();
    const bytes = known && (await this.#saved.bytes(known).catch(() => undefined));
    if (!bytes) {
      const response = await fetch(address);
      const known = facts(response);
      return known ? this.#remember(response, { address, from: "saved", reached: false, known }) : this.#record(address, response);
    }
    const kept = { address, from: "saved", known, bytes };
    const network = this.#whole(address);
    const answer = await Promise.race([
      network.catch(() => "failed"),
      new Promise((done) => setTimeout(done, PATIENCE, "late")),
    ]);
    if (answer === "failed") return this.#hand({ ...kept, reached: false });
    if (answer === "late") {
      network.then((late) => this.#offer(late), () => {});
      return this.#hand({ ...kept, reached: false });
    }
    return this.#hand({ ...answer, from: "network", reached: true });
  }

  /** The whole answer of the network; rejects where there is none, or it is an error. */
  async #whole(address) {
    // A request that is known to fail is a line in the console.
    if (!navigator.onLine) throw new Error("offline");
    const response = await fetch(address, { cache: "no-cache" });
    // The worker, too, answers out of the store.
    if (!response.ok || facts(response)) throw new Error(`${response.status}`);
    return { address, url: response.url, bytes: new Uint8Array(await response.arrayBuffer()) };
  }

  // The first time: handed on while it arrives, so that the reader sees how far it is.
  #record(address, response) {
    // A response without content cannot be made again with some.
    if (!response.ok || !response.body || response.status === 204 || response.status === 205) return response;
    const chunks = [];
    const copying = new TransformStream({
      transform(chunk, controller) {
        chunks.push(chunk);
        controller.enqueue(chunk);
      },
    });
    const passed = new Response(response.body.pipeThrough(copying), response);
    Object.defineProperty(passed, "url", { value: response.url });
    return this.#remember(passed, { address, from: "network", reached: true, all: () => joined(chunks) });
  }

  #hand({ bytes, url = "", ...rest }) {
    const response = new Response(bytes, {
      headers: { "content-type": "application/json", "content-length": String(bytes.length) },
    });
    if (url) Object.defineProperty(response, "url", { value: url });
    return this.#remember(response, { ...rest, url, all: () => bytes });
  }

  #remember(response, arrived) {
    this.#arrived = arrived;
    // The signature comes from where the file comes from.
    response.signatureFile = async () => {
      const { known, address } = arrived;
      if (arrived.from === "saved") return known.signature ? new Response(known.signature) : new Response("", { status: 404 });
      const file = await fetch(signatureAddress(address), { cache: "no-cache" });
      if (file.ok) arrived.signature = await file.clone().text();
      return file;
    };
    return response;
  }

  /** The program has read a file and shows it: `detail` of its `ready` event. */
  async ready({ src, sha256: hash, edition, updated, label }) {
    const arrived = this.#arrived;
    this.opened = { label, edition };
    if (!src || arrived?.address !== src) {
      // A file of the reader's own: nothing to keep, nothing newer.
      this.isOwn = !src;
      if (!src) this.shown = this.offered = this.lastGood = undefined;
      return this.changed();
    }
    const { known, from, reached, all, signature } = arrived;
    this.offered = this.lastGood = undefined;
    this.isOwn = false;
    if (from === "saved") {
      this.shown = { facts: known, from, reached, isKept: true };
      return this.changed();
    }
    // Once: the same event comes again when the view changes between the page and a part of it.
    if (this.shown?.facts.sha256 === hash && this.shown.facts.address === src && this.shown.from === from) return this.changed();
    const about = { address: src, sha256: hash, edition, updated, label, signature, savedAt: Date.now() };
    this.shown = { facts: about, from, reached };
    const bytes = all();
    // What is saved is what the program read, to the byte.
    const isSame = globalThis.crypto?.subtle && (await sha256(bytes)) === hash;
    if (this.isOn && isSame) await this.#keep(about, bytes);
    this.changed();
  }

  /** The program could not show what it got. */
  async failed() {
    const address = this.#arrived?.address;
    this.#arrived = undefined;
    this.shown = this.offered = undefined;
    this.opened = {};
    // Read anew: what is said to be there must be there.
    this.lastGood = address && (await this.#saved.newest(address).catch(() => undefined));
    this.changed();
  }

  async #keep(about, bytes) {
    try {
      this.shown.facts = await this.#saved.put(about, bytes);
      this.shown.isKept = true;
      if (this.trouble !== "evicted") this.trouble = undefined;
      this.#note();
      return true;
    } catch (error) {
      this.trouble = error?.name === "QuotaExceededError" ? "full" : "refused";
      return false;
    }
  }

  /** Keeps what is on the screen because the reader asks; whether it worked. Rejects where it cannot be had any more. */
  async keep() {
    const { facts: about } = this.shown;
    const bytes = await this.bytes();
    this.isOn = true;
    const isKept = await this.#keep({ ...about, asked: true }, bytes);
    this.changed();
    return isKept;
  }

  /** The bytes of what is on the screen: the same file, or an error. */
  async bytes() {
    const { facts: about } = this.shown;
    const kept = await this.#saved.bytes(about).catch(() => undefined);
    if (kept) return kept;
    const { bytes } = await this.#whole(about.address);
    if (globalThis.crypto?.subtle && (await sha256(bytes)) !== about.sha256) throw new Error("another edition by now");
    return bytes;
  }

  /** Shows another edition: the one offered, or one of the saved. Whether it is there. */
  async show(known) {
    if (this.offered && known === this.offered.facts) {
      const { bytes, url } = this.offered;
      this.#given = { address: known.address, bytes, url, from: "network", reached: true };
      return true;
    }
    const bytes = await this.#saved.bytes(known).catch(() => undefined);
    if (!bytes) {
      this.trouble = "evicted";
      this.changed();
      return false;
    }
    this.#given = { address: known.address, bytes, known, from: "saved", reached: this.shown?.reached ?? false };
    return true;
  }

  /** Looks whether the address has another edition by now, and offers it. */
  async check() {
    if (!this.shown || !globalThis.crypto?.subtle || this.offered) return;
    const { address } = this.shown.facts;
    try {
      await this.#offer(await this.#whole(address));
    } catch {
      if (this.shown?.facts.address === address) this.shown.reached = false;
      this.changed();
    }
  }

  async #offer({ address, bytes, url }) {
    const hash = await sha256(bytes);
    const shown = this.shown;
    if (!shown || shown.facts.address !== address) return;
    shown.reached = true;
    const about = described(bytes);
    if (hash === shown.facts.sha256) {
      // The saved edition is the current one, as of now.
      shown.from = "network";
      shown.facts = { ...shown.facts, savedAt: Date.now() };
      if (this.isOn) await this.#keep(shown.facts, bytes);
    } else if (about) {
      this.offered = { facts: { address, sha256: hash, ...about }, bytes, url };
    }
    this.changed();
  }

  // The reader may ask that nothing be kept, and the browser may have thrown away what was: both are
  // remembered beside the store, where that is allowed.

  #memory(value) {
    const name = `mixed-movements-kept:${document.baseURI.split(/[?#]/)[0]}`;
    try {
      if (value === undefined) return localStorage.getItem(name);
      localStorage.setItem(name, value);
    } catch {
      // Refused: then it is forgotten.
    }
    return null;
  }

  /** Whether figures are kept as they are opened. */
  get isOn() {
    return this.#memory() !== "off";
  }

  set isOn(on) {
    if (on !== this.isOn) this.#memory(on ? "" : "off");
  }

  #note() {
    this.#saved.list().then((all) => this.#memory(String(all.length)), () => {});
  }

  // Before anything is kept again: whether the browser threw away what was kept.
  async #lookForLoss() {
    if (!Number(this.#memory())) return;
    const left = await this.#saved.list().catch(() => undefined);
    if (left?.length !== 0) return;
    this.trouble = "evicted";
    this.#memory("");
  }

  async remove(known) {
    await this.#saved.remove(known);
    if (this.shown?.facts.sha256 === known.sha256) this.shown.isKept = false;
    this.#note();
  }

  /** Frees all, and keeps nothing until the reader asks for it. */
  async removeAll() {
    await this.#saved.clear();
    this.isOn = false;
    if (this.shown) this.shown.isKept = false;
  }
}

function joined(chunks) {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** What a file says of itself; `undefined` for what is no JSON-stat, which is not worth offering. */
function described(bytes) {
  try {
    const file = JSON.parse(new TextDecoder().decode(bytes));
    if (!file?.class && !file?.version && !Object.values(file).some((part) => part?.value)) return undefined;
    const text = (value) => (typeof value === "string" ? value : undefined);
    const profile = file.extension?.mixedMovements;
    return { edition: text(profile?.edition), updated: text(file.updated), label: text(file.label) };
  } catch {
    return undefined;
  }
}
