// The iframe's page: address to attributes, and the height to the page around. Bundled into
// dist/embed-<hash>.js, which runs before the element is defined.
const NAMES = ["src", ...FIELDS];
const element = document.querySelector("mixed-movements");
const query = new URLSearchParams(location.search);
const fragment = new URLSearchParams(location.hash.slice(1));
for (const name of NAMES) {
  const value = fragment.get(name) ?? query.get(name);
  if (value !== null) element.setAttribute(name, value);
}
if (!element.hasAttribute("src")) element.setAttribute("src", DEFAULT_SNAPSHOT);
const lang = element.getAttribute("lang");
if (lang) document.documentElement.lang = lang;

// The element's own height, never the frame's, so that telling it cannot make it grow. A height is no
// secret, hence "*"; the listener (host.js) checks who sent it.
const id = query.get("id");
let told;
new ResizeObserver(() => {
  const height = Math.ceil(element.getBoundingClientRect().height);
  if (height === told || parent === window) return;
  told = height;
  parent.postMessage({ type: "mixed-movements:height", version: 1, id, height }, "*");
  parent.postMessage({ sentinel: "amp", type: "embed-size", height }, "*");
  parent.postMessage(JSON.stringify({ src: location.href, context: "iframe.resize", height }), "*");
}).observe(element);
