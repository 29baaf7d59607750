// The iframe's page: address to attributes, and the height to the page around. Bundled into
// dist/embed-<hash>.js, which runs before the element is defined.
import { facts } from "./offline/saved.js";
import { Texts, standing } from "./offline/texts.js";

const NAMES = ["src", ...FIELDS];
const element = document.querySelector("mixed-movements");
const query = new URLSearchParams(location.search);
const fragment = new URLSearchParams(location.hash.slice(1));
for (const name of NAMES) {
  const value = fragment.get(name) ?? query.get(name);
  if (value !== null) element.setAttribute(name, value);
}
if (!element.hasAttribute("src")) element.setAttribute("src", DEFAULT_SNAPSHOT);
// Without a network the app's worker answers with what was saved: then its age stands above the figures.
let known;
const load = async (address) => {
  const response = await fetch(address);
  known = facts(response);
  return response;
};
let src = element.getAttribute("src");
try {
  src = new URL(src, document.baseURI).href;
} catch {
  // No address: told as an error when it is fetched.
}
let ahead = load(src);
ahead.catch(() => {}); // told by whoever takes it
element.loader = (address) => {
  const response = address === src ? ahead : undefined;
  ahead = undefined;
  return response ?? load(address);
};
element.addEventListener("mixed-movements:ready", async ({ detail }) => {
  document.title = detail.label || document.title;
  if (!known) return;
  const texts = new Texts(element, new URL("./", import.meta.url));
  await texts.follow();
  element.standing = standing(texts, { facts: known, from: "saved", reached: false });
});

// Where the sandbox leaves the frame without an origin, WebKit lets its style sheet not in.
document.body.style.margin = "0";

const lang = element.getAttribute("lang");
if (lang) document.documentElement.lang = lang;

// The element's own height, never the frame's, so that telling it cannot make it grow. A height is no
// secret, hence "*"; the listener (host.js) checks who sent it. None is told before there is what it is the
// height of: the page around keeps the room that it has.
const id = query.get("id");
let isThere = false;
let told;
const tell = () => {
  // On a slow line the view stands there before the rest of the program.
  isThere ||= Boolean(element.shadowRoot?.querySelector(".root:not(.behind) :is(.embed, main)"));
  const height = Math.ceil(element.getBoundingClientRect().height);
  if (!isThere || height === told || parent === window) return;
  told = height;
  parent.postMessage({ type: "mixed-movements:height", version: 1, id, height }, "*");
  parent.postMessage({ sentinel: "amp", type: "embed-size", height }, "*");
  parent.postMessage(JSON.stringify({ src: location.href, context: "iframe.resize", height }), "*");
};
new ResizeObserver(tell).observe(element);
for (const event of ["ready", "error"]) {
  element.addEventListener(`mixed-movements:${event}`, () => {
    isThere = true;
    // Once the element has put it in place of what stood there.
    requestAnimationFrame(tell);
  });
}
