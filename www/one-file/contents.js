// The files inside a page that was passed on: `fetch` answers from them, and from nowhere else.
import workbook from "../xlsx.js";

const about = JSON.parse(document.getElementById("about").textContent);
export { about };

const types = { wasm: "application/wasm", json: "application/json" };
const files = new Map();
for (const block of document.querySelectorAll("script[data-name]")) {
  for (const base of [document.baseURI, about.home]) {
    if (base) files.set(new URL(block.dataset.name, base).href, block);
  }
}

globalThis.fetch = async (input) => {
  const address = new URL(input.url ?? input, document.baseURI).href; // a request, an address, a text
  const block = files.get(address);
  if (!block) return new Response("", { status: 404 });
  const bytes = Uint8Array.from(atob(block.textContent), (letter) => letter.charCodeAt(0));
  const body = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(body, { headers: { "content-type": types[block.dataset.name.split(".").pop()] ?? "text/plain" } });
};

// Browsers import no modules into a page opened from a disk. The one that the program asks for later:
globalThis[Symbol.for("mixed-movements:import")] = async () => ({ default: workbook });

const element = document.querySelector("mixed-movements");
// Before the element is defined: own properties.
element.home = about.home ?? "";
