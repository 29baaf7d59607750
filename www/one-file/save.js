// “Save as one file”, from the app's page. ONE_FILE (the template) and ONE_FILE_PARTS (the program's files)
// are written in by scripts/post-build.mjs; all of them are in the worker's cache, so that it works without a network.
import { signatureAddress } from "../signature.js";
import { assemble, fileName } from "./assemble.js";

/** Hands the reader the file; resolves with its name and size. */
export async function saveOneFile({ element, keeper, base }) {
  const { facts } = keeper.shown;
  const get = async (name) => {
    const response = await fetch(new URL(name, base));
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return response;
  };
  const template = await (await get(ONE_FILE)).text();
  const parts = ONE_FILE_PARTS.map(async (name) => ({ name, bytes: new Uint8Array(await (await get(name)).arrayBuffer()) }));
  // Of the site's own the name within it, so that the copy does not call it somebody else's; of others the address.
  const src = facts.address.startsWith(base) ? facts.address.slice(base.length) : facts.address;
  const files = [...(await Promise.all(parts)), { name: src, bytes: await keeper.bytes() }];
  if (facts.signature) {
    const name = src === facts.address ? signatureAddress(src) : signatureAddress(facts.address).slice(base.length);
    files.push({ name, bytes: new TextEncoder().encode(facts.signature) });
  }
  const attributes = { view: "full", "sync-url": "", src };
  if (element.hasAttribute("public-key")) attributes["public-key"] = element.getAttribute("public-key");
  const about = {
    edition: facts.edition,
    label: facts.label,
    lang: document.documentElement.lang,
    madeAt: Date.now(),
    fetchedAt: facts.savedAt,
    home: location.href.split("#")[0],
  };
  const blob = new Blob([await assemble(template, { files, about, attributes })], { type: "text/html" });
  const name = fileName(facts.address, facts.edition);
  const address = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  // Firefox starts the download after the click returns.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return { name, size: blob.size };
}
