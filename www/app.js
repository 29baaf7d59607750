// The app's page: `?src=` opens another snapshot, figures come from the network or from what was saved, and
// all that concerns working without a network is fetched after the first chart. Bundled into
// dist/app-<hash>.js, which runs before the element is defined.
import { Keeper } from "./offline/keeper.js";

const element = document.querySelector("mixed-movements");
const src = new URLSearchParams(location.search).get("src");
if (src) {
  element.setAttribute("src", src);
  // What stands there until the program runs is of the page's own snapshot.
  element.querySelector(".front")?.remove();
}

const base = new URL("./", import.meta.url).href;
const keeper = new Keeper(base);
// An own property: the element is not defined yet.
element.loader = (address) => keeper.load(address);
try {
  keeper.ahead(new URL(element.getAttribute("src"), document.baseURI).href);
} catch {
  // No address: told as an error when it is fetched.
}

let page;
const attach = () => (page ??= import(new URL(OFFLINE_FILE, import.meta.url).href).then((made) => made.attach(element, keeper, base)));
const told = (event, tell) =>
  element.addEventListener(`mixed-movements:${event}`, ({ target, detail }) => target === element && tell(detail));
told("ready", (detail) => Promise.all([keeper.ready(detail), attach()]).catch(() => {}));
told("error", () => Promise.all([keeper.failed(), attach()]).catch(() => {}));
