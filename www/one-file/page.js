// The script of a page that is one file: what is inside, then the element, then how old it is. Bundled into
// the template that scripts/post-build.mjs writes.
import { about } from "./contents.js";
import "../widget.js";
import { Texts, clockIsWrong } from "../offline/texts.js";

const element = document.querySelector("mixed-movements");
const texts = new Texts(element, document.baseURI);

function draw() {
  document.title = texts.title(about);
  const { madeAt, fetchedAt, updated } = about;
  const since = fetchedAt ?? madeAt;
  element.standing = !since
    ? texts.text("offline.in-one-file")
    : [
        clockIsWrong({ savedAt: since, updated })
          ? texts.text("offline.saved-clock", { date: texts.date(since) })
          : texts.text("offline.saved-ago", { ago: texts.ago(since) }),
        texts.text("offline.in-one-file"),
      ].join(" · ");
}

element.addEventListener(
  "mixed-movements:ready",
  () => {
    texts.changed = draw;
    texts.follow().then(draw, () => {});
    setInterval(draw, 60_000);
  },
  { once: true },
);
