// The element in pages of others: policy, fallback, life. Each page is in hosts/.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { assert, dist, followed, ready, root, test, watchMemory } from "./harness.mjs";

const version = readdirSync(join(dist, "v"))[0];
const integrity = readFileSync(join(dist, "v", version, "widget.js.integrity"), "utf8").trim();
const strict = {
  "content-security-policy":
    "default-src 'none'; script-src {{site-origin}} 'wasm-unsafe-eval'; style-src {{site-origin}}; " +
    "connect-src {{site-origin}}; img-src 'self' blob: data:; require-trusted-types-for 'script'; trusted-types 'none'",
};

test("the element works on another origin under a strict policy", async ({ page, host }) => {
  await host("plain.html", { headers: strict });
  await ready(page);
  assert.equal(await page.locator("#fallback").isVisible(), false);
});

test("without the program the fallback stays, and an error is told", async ({ page, host, quiet }) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.addInitScript(() => {
    addEventListener("mixed-movements:error", (event) => (globalThis.told = event.detail));
  });
  await host("plain.html");
  await page.waitForFunction(() => globalThis.told);
  assert.equal((await page.evaluate(() => globalThis.told)).code, "not-loaded");
  assert.equal(await page.locator("#fallback").isVisible(), true);
  assert.equal(await page.locator("mixed-movements:state(error)").count(), 1);
  quiet.console.length = 0; // the browser's own line on the failed request
});

test("a pinned version runs, its program checked by hash", async ({ page, host }) => {
  await host("pinned.html", { values: { version, integrity } });
  await ready(page);
});

test("a pinned version refuses a program that was tampered with", async ({ page, host, quiet }) => {
  await page.route("**/*.wasm", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: Buffer.concat([await response.body(), Buffer.from([0])]) });
  });
  await host("pinned.html", { values: { version, integrity } });
  await page.locator("mixed-movements:state(error)").waitFor();
  assert.equal(await page.locator("#fallback").isVisible(), true);
  quiet.console.length = 0;
});

test("moving the element keeps it, removing empties it, putting it back mounts it again", async ({ page, host }) => {
  await host("plain.html");
  await ready(page);
  const states = await page.evaluate(async () => {
    const element = document.querySelector("mixed-movements");
    const frame = element.shadowRoot.querySelector(".root");
    const turn = () => new Promise((done) => setTimeout(done));
    const mounted = frame.firstElementChild;
    document.body.prepend(element);
    await turn();
    const kept = frame.firstElementChild === mounted;
    element.remove();
    await turn();
    const emptied = frame.childElementCount === 0;
    document.body.append(element);
    return { kept, emptied };
  });
  assert.deepEqual(states, { kept: true, emptied: true });
  await page.waitForFunction(
    () => document.querySelector("mixed-movements").shadowRoot.querySelector(".root").childElementCount > 0,
  );
});

test("properties reflect, also those set before the element was defined", async ({ page, host }) => {
  await page.route("**/widget.js", async (route) => {
    await page.evaluate(() => (document.querySelector("mixed-movements").measure = "early"));
    await route.continue();
  });
  await host("plain.html");
  await ready(page);
  const read = await page.evaluate(() => {
    const element = document.querySelector("mixed-movements");
    const early = element.getAttribute("measure");
    element.country = "A B";
    element.where = { sex: ["F"] };
    element.setAttribute("from", "2020-01");
    const seen = [early, element.getAttribute("country"), element.getAttribute("where"), element.from];
    element.country = null;
    return [...seen, element.hasAttribute("country")];
  });
  assert.deepEqual(read, ["early", "A B", "sex:F", "2020-01", false]);
});

test("twenty elements share one program and one snapshot, and start near the viewport", async ({ page, host }) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await host("many.html");
  await page.evaluate(async () => {
    for (let i = 0; i < 19; i += 1) {
      const element = document.createElement("mixed-movements");
      element.src = document.querySelector("#far").src;
      element.view = "trend";
      element.setAttribute("loading", "eager");
      document.querySelector("#many").append(element);
    }
  });
  await page.waitForFunction(() => document.querySelectorAll("mixed-movements:state(ready)").length === 19);
  assert.equal(asked.filter((url) => url.endsWith(".wasm")).length, 2); // its two parts
  assert.equal(asked.filter((url) => url.endsWith("/western-balkans.json")).length, 1);
  assert.equal(await page.locator("#far:state(ready)").count(), 0);
  await page.locator("#far").scrollIntoViewIfNeeded();
  await ready(page, "#far");
});

test("loaded twice the element stays as it is; another version says so and stays aside", async ({ page, host, quiet }) => {
  await host("plain.html");
  await ready(page);
  const script = await page.locator("script").getAttribute("src");
  await page.evaluate((src) => import(`${src}?again`), script);
  assert.deepEqual(quiet.console, []);
  await page.evaluate((src) => {
    customElements.get("mixed-movements").version = "0.0.0";
    return import(`${src}?other`);
  }, script);
  assert.match(quiet.console.splice(0).join(), /warning: <mixed-movements> 0\.0\.0 is on this page already/);
});

test("should the program stop, every element shows its fallback and says so", async ({ page, host }) => {
  await page.addInitScript(() => {
    globalThis.codes = [];
    addEventListener("mixed-movements:error", (event) => globalThis.codes.push(event.detail.code));
  });
  await host("plain.html");
  await ready(page);
  await page.evaluate(() => dispatchEvent(new CustomEvent("mixed-movements:stopped", { detail: "a test" })));
  assert.deepEqual(await page.evaluate(() => globalThis.codes), ["stopped"]);
  assert.equal(await page.locator("#fallback").isVisible(), true);
  const late = await page.evaluate(async () => {
    const element = document.createElement("mixed-movements");
    element.setAttribute("loading", "eager");
    document.body.append(element);
    await new Promise((done) => element.addEventListener("mixed-movements:error", done));
    return globalThis.codes;
  });
  assert.deepEqual(late, ["stopped", "stopped"]);
});

test("an iframe tells its height, sandboxed or not, and the page takes it", async ({ page, host }) => {
  await host("iframe.html");
  for (const id of ["plain", "sandboxed"]) {
    await page.frameLocator(`#${id}`).locator("mixed-movements:state(ready)").waitFor();
    await page.waitForFunction((id) => document.getElementById(id).height !== "100", id);
  }
});

test("a frame tells no height before there is what it is the height of", async ({ page, host, serve }) => {
  let arrive;
  const arrived = new Promise((done) => (arrive = done));
  const slow = await serve({
    folder: dist, base: "/slow/",
    change: (path, body) => (path === "data/western-balkans.json" ? arrived.then(() => body) : body),
  });
  await page.addInitScript(() => {
    globalThis.told = [];
    addEventListener("message", ({ data }) => data?.type === "mixed-movements:height" && globalThis.told.push(data.height));
  });
  await host("iframe.html", { values: { site: slow.url } });
  const frame = page.frameLocator("#plain");
  await frame.getByRole("status").or(frame.getByRole("progressbar")).first().waitFor();
  assert.deepEqual(await page.evaluate(() => globalThis.told), []);
  arrive();
  await frame.locator("mixed-movements:state(ready)").waitFor();
  await page.waitForFunction(() => globalThis.told.length > 0);
  assert.ok((await page.evaluate(() => Math.min(...globalThis.told))) > 300);
});

test("frames have the heights that AMP, Medium and a listener of the page's own read, and no more", async ({ page, host }) => {
  await host("messages.html");
  for (const id of ["amp", "medium", "own"]) {
    const frame = page.frameLocator(`#${id}`);
    await frame.locator("mixed-movements:state(ready)").waitFor();
    await page.waitForFunction((id) => document.getElementById(id).height !== "100", id);
    const [own, given] = await Promise.all([
      frame.locator("mixed-movements").evaluate((element) => element.getBoundingClientRect().height),
      page.locator(`#${id}`).evaluate((element) => Number(element.height)),
    ]);
    assert.ok(Math.abs(own - given) <= 1, `${id}: ${own} px are told as ${given}`);
  }
  // No growth: the height is the content's, whatever the frame's.
  const before = await page.locator("#amp").getAttribute("height");
  await page.locator("#amp").evaluate((frame) => { frame.height = 2000; });
  await page.waitForTimeout(300);
  assert.equal(await page.locator("#amp").getAttribute("height"), "2000");
  await page.locator("#amp").evaluate((frame, height) => { frame.height = height; frame.width = 320; }, before);
  await page.waitForFunction((before) => Number(document.getElementById("amp").height) > Number(before), before);
});

test("an element with a broken address says so in its place, and the others show their figures", async ({ page, host, quiet }) => {
  await host("errors.html");
  const element = (id) => page.locator(`#${id}`);
  for (const id of ["missing", "nonsense"]) await page.locator(`#${id}:state(error)`).waitFor();
  await ready(page, "#whole");
  await painted(page, "#whole");
  await element("missing").getByText("Write to the newsroom.").waitFor();
  for (const id of ["missing", "nonsense"]) {
    const told = await element(id).evaluate(({ shadowRoot }) => shadowRoot.querySelector(".root").innerText);
    assert.match(told, /nowhere\.json|errors\.html/, told);
  }
  await element("whole").getByRole("heading", { name: "Arrivals, month by month" }).waitFor();
  await element("whole").getByText("From our series on the route.").waitFor();
  assert.equal(await element("whole").getByText("Write to the newsroom.").isVisible(), false);
  quiet.console.length = 0; // the browser's own line on the failed request
});

test("with two versions on one page the first serves all, and the other says that it stays aside", async ({ page, host, serve, quiet }) => {
  const another = await serve({
    folder: dist, change: (path, body) => (path === "widget.js" ? body.toString().replaceAll(JSON.stringify(version), '"0.0.9"') : body),
  });
  await host("versions.html", { values: { other: another.url } });
  await ready(page, "#older");
  await ready(page, "#newer");
  await painted(page, "#older");
  await page.locator("#newer").getByText("4,800").waitFor();
  assert.deepEqual(quiet.console.splice(0), [`warning: <mixed-movements> ${version} is on this page already; 0.0.9 stays aside.`]);
});

test("what stands in the element stays until the figures are there, and the figures come at once", async ({ page, host }) => {
  await page.route("**/western-balkans.json", async (route) => {
    await new Promise((done) => setTimeout(done, 150));
    await route.continue();
  });
  await page.addInitScript(() => {
    globalThis.seen = [];
    const look = () => {
      const element = document.querySelector("mixed-movements");
      const fallback = document.querySelector("#fallback");
      if (fallback) {
        const shown = [fallback.checkVisibility(), Boolean(element.shadowRoot?.querySelector(".root > *")?.checkVisibility({ visibilityProperty: true }))];
        if (String(shown) !== String(globalThis.seen.at(-1))) globalThis.seen.push(shown);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await host("plain.html");
  await ready(page);
  await page.waitForTimeout(100);
  // Fallback, then figures: never both, never neither.
  assert.deepEqual(await page.evaluate(() => globalThis.seen), [[true, false], [false, true]]);
});

test("where the file is long in coming, the element says so after a moment", async ({ page, host }) => {
  let go;
  const held = new Promise((done) => { go = done; });
  await page.route("**/western-balkans.json", async (route) => {
    await held;
    await route.continue();
  });
  await host("plain.html");
  await page.locator("mixed-movements").getByText(/figures|file|load/i).first().waitFor();
  await page.waitForFunction(() => !document.querySelector("#fallback").checkVisibility());
  go();
  await ready(page);
});

test("of two files asked for one after the other the last one stays, whichever comes first", async ({ page, host }) => {
  await page.route("**/western-balkans-example.json", async (route) => {
    await new Promise((done) => setTimeout(done, 800));
    await route.continue();
  });
  await host("plain.html");
  await ready(page);
  const late = page.waitForResponse("**/western-balkans-example.json");
  await page.evaluate(async () => {
    const element = document.querySelector("mixed-movements");
    globalThis.told = [];
    element.addEventListener("mixed-movements:ready", ({ detail }) => globalThis.told.push(detail.src));
    const { src } = element;
    element.src = src.replace(".json", "-example.json");
    await new Promise((done) => setTimeout(done, 50));
    element.src = src;
  });
  await (await late).finished();
  await page.waitForFunction(() => globalThis.told.length > 0);
  await followed(page);
  assert.deepEqual(await page.evaluate(() => globalThis.told.map((src) => src.split("/").at(-1))), ["western-balkans.json"]);
  assert.equal(await page.getByText("Illustrative").count(), 0);
});

test("an attribute that the page sets leaves what the reader chose of others", async ({ page, host }) => {
  await host("plain.html");
  await ready(page);
  await page.evaluate(() => {
    const element = document.querySelector("mixed-movements");
    element.setAttribute("country", "SRB BIH");
    element.setAttribute("controls", "on");
    element.setAttribute("dataset", "new-arrivals");
  });
  const serbia = page.getByRole("checkbox", { name: /^Serbia/ });
  await serbia.waitFor();
  assert.equal(await serbia.isChecked(), true);
  await serbia.uncheck();
  await followed(page);
  const set = (name, value) =>
    page.evaluate(([name, value]) => document.querySelector("mixed-movements").setAttribute(name, value), [name, value]);
  await set("height", "600");
  await set("theme", "dark");
  await set("from", "2018-01");
  await followed(page);
  await page.getByText("Bosnia and Herzegovina · January 2018 to January 2024", { exact: false }).first().waitFor();
  assert.equal(await serbia.isChecked(), false);
  await set("country", "SRB");
  await page.getByText("Serbia · January 2018 to January 2024", { exact: false }).first().waitFor();
  assert.equal(await serbia.isChecked(), true);
});

/** The rows of a table of docs/embedding.md, as the code spans of each. */
const documented = (part) => {
  const text = readFileSync(join(root, "docs/embedding.md"), "utf8");
  const table = text.split(`<!-- ${part}: begin -->`)[1].split(`<!-- ${part}: end -->`)[0];
  return table.trim().split("\n").slice(2).map((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
};

test("every documented part is there to be styled, and every slot to be filled", async ({ page, host }) => {
  await host("plain.html");
  await ready(page);
  const found = new Set();
  const look = async () => {
    const parts = await page.evaluate(() => [...document.querySelector("mixed-movements").shadowRoot.querySelectorAll("[part]")].flatMap((node) => [...node.part]));
    parts.forEach((part) => found.add(part));
  };
  const element = page.locator("mixed-movements");
  const set = (attributes) => element.evaluate((node, attributes) => Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value)), attributes);
  await set({ dataset: "new-arrivals", view: "full" });
  await element.getByRole("heading", { level: 1 }).waitFor();
  await followed(page);
  await look();
  await set({ view: "trend", country: "BIH SRB" });
  await element.locator("[part=cite]").waitFor();
  await element.locator("[part=total]").waitFor();
  await look();
  for (const view of ["figures", "sentences", "table"]) {
    await set({ view });
    await page.waitForTimeout(50);
    await look();
  }
  await set({ view: "full", compare: "country:SRB" });
  await element.locator("[part=comparison]").waitFor();
  await followed(page);
  await look();
  const slots = await element.evaluate(({ shadowRoot }) => [...shadowRoot.querySelectorAll("slot[name]")].map(({ name }) => name).sort());
  assert.deepEqual(slots, documented("slots").map(([name]) => name).sort());
  await page.evaluate(() => dispatchEvent(new CustomEvent("mixed-movements:stopped", { detail: "a test" })));
  await look();
  const parts = documented("parts").map(([name]) => name);
  assert.deepEqual(parts.filter((part) => !found.has(part)), [], "documented, and not there");
  // A part takes the page's style: one for all, since they all work the same way.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("mixed-movements::part(stopped) { outline: 3px solid rgb(1, 2, 3) }");
    document.adoptedStyleSheets = [sheet];
  });
  const outline = await element.evaluate(({ shadowRoot }) => getComputedStyle(shadowRoot.querySelector("[part=stopped]")).outlineColor);
  assert.equal(outline, "rgb(1, 2, 3)");
});

test("every documented custom property takes effect, in the light and in the dark", async ({ page, host }) => {
  await host("plain.html");
  await ready(page);
  const element = page.locator("mixed-movements");
  await element.evaluate((node) => { node.setAttribute("view", "full"); node.setAttribute("dataset", "new-arrivals"); node.setAttribute("country", "BIH"); });
  await element.getByRole("heading", { level: 1 }).waitFor();
  const takes = (property, value) => element.evaluate(async (node, [property, value]) => {
    const read = () => [node, ...node.shadowRoot.querySelectorAll("*")].map((inner) => {
      const { color, backgroundColor, borderTopColor, borderBottomColor, fontFamily, minHeight, fill, accentColor } = getComputedStyle(inner);
      return [color, backgroundColor, borderTopColor, borderBottomColor, fontFamily, minHeight, fill, accentColor];
    });
    const has = () => read().some((values) => values.includes(value));
    const before = has();
    node.style.setProperty(property, value);
    const after = has();
    node.style.removeProperty(property);
    return [before, after];
  }, [property, value]);
  const rows = documented("properties");
  assert.ok(rows.length > 5);
  for (const theme of ["light", "dark"]) {
    await element.evaluate((node, theme) => node.setAttribute("theme", theme), theme);
    await page.waitForTimeout(50);
    for (const [light, dark] of rows) {
      const property = theme === "dark" && dark ? dark : light;
      const value = property.endsWith("font") ? "Courier" : property.endsWith("height") ? "777px" : "rgb(1, 2, 3)";
      if (property.endsWith("height")) await element.evaluate((node) => node.setAttribute("view", "trend"));
      assert.deepEqual(await takes(property, value), [false, true], `${property} in the ${theme}`);
      if (property.endsWith("height")) await element.evaluate((node) => node.setAttribute("view", "full"));
    }
  }
});

test("the states of the element are those of the guide, one after the other", async ({ page, host }) => {
  await page.addInitScript(() => {
    globalThis.states = [];
    const look = () => {
      const element = document.querySelector("mixed-movements");
      const now = element && ["loading", "ready", "error"].filter((state) => element.matches(`:state(${state})`)).join("+");
      if (element && now !== globalThis.states.at(-1)) globalThis.states.push(now);
      requestAnimationFrame(look);
    };
    look();
  });
  await host("plain.html");
  await ready(page);
  await page.waitForTimeout(100);
  const seen = await page.evaluate(() => globalThis.states);
  assert.deepEqual(seen.filter(Boolean), ["loading", "ready"]);
  await page.evaluate(() => dispatchEvent(new CustomEvent("mixed-movements:stopped", { detail: "a test" })));
  await page.waitForFunction(() => globalThis.states.at(-1) === "error");
});

/** Looks at what a page shows: whether the canvas is painted, and its colours are the widget's own. */
const painted = (page, selector = "mixed-movements") =>
  page.waitForFunction((selector) => {
    const canvas = document.querySelector(selector)?.shadowRoot.querySelector(".plot canvas");
    if (!canvas?.width || getComputedStyle(canvas).visibility === "hidden") return false;
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    return data.some((part) => part > 0);
  }, selector);

test("styles of the page do not reach the widget, nor the widget's the page", async ({ page, host }) => {
  await host("hostile.html");
  await ready(page);
  await painted(page);
  const seen = await page.evaluate(() => {
    const root = document.querySelector("mixed-movements").shadowRoot.querySelector(".mm");
    const style = getComputedStyle(root.querySelector("h3"));
    const page = getComputedStyle(document.querySelector("h1"));
    return {
      heading: [style.color, style.fontSize, style.letterSpacing, style.textTransform, style.direction],
      paper: getComputedStyle(root).backgroundColor,
      width: root.getBoundingClientRect().width > 400,
      page: [page.color, page.fontSize],
      own: getComputedStyle(document.querySelector("#own")).display,
    };
  });
  assert.deepEqual(seen, {
    heading: ["rgb(27, 33, 38)", "15px", "normal", "none", "ltr"],
    paper: "rgb(255, 255, 255)", width: true, page: ["rgb(255, 0, 0)", "40px"], own: "none",
  });
});

test("on a page from right to left the widget follows language and direction", async ({ page, host }) => {
  await host("rtl.html");
  await ready(page);
  await painted(page);
  await page.waitForFunction(() => document.querySelector("mixed-movements").shadowRoot.querySelector(".mm").lang === "ar");
  const direction = () => getComputedStyle(document.querySelector("mixed-movements").shadowRoot.querySelector("h3")).direction;
  assert.equal(await page.evaluate(direction), "rtl");
});

test("in a narrow column it is dark where the page says so, keeps its room, and fits the width", async ({ page, host }) => {
  await page.route("**/*.wasm", async (route) => {
    await new Promise((done) => setTimeout(done, 300));
    await route.continue();
  });
  await host("column.html");
  await page.waitForFunction(() => customElements.get("mixed-movements"));
  const height = (id) => page.evaluate((id) => document.getElementById(id).offsetHeight, id);
  assert.deepEqual([await height("dark"), await height("chart")], [220, 360]);
  await ready(page, "#dark");
  await ready(page, "#chart");
  await painted(page, "#chart");
  const seen = await page.evaluate(() => {
    const at = (id) => document.getElementById(id).shadowRoot;
    return [
      getComputedStyle(at("dark").querySelector(".mm")).backgroundColor,
      ...["dark", "chart"].map((id) => at(id).querySelector(".mm").scrollWidth <= 300),
      document.documentElement.scrollWidth <= innerWidth,
    ];
  });
  assert.deepEqual(seen, ["rgb(18, 23, 28)", true, true, true]);
});

test("between paragraphs and blocks of a content system it works", async ({ page, host }) => {
  await host("wordpress.html");
  await ready(page);
  await painted(page);
});

for (const [framework, entry] of [["react", "react.jsx"], ["vue", "vue.entry.js"]]) {
  test(`${framework} mounts, changes and unmounts the element`, async ({ page, host }) => {
    const { outputFiles } = await build({
      entryPoints: [join(root, "tests/browser/hosts", entry)], bundle: true, write: false, format: "esm", jsx: "automatic",
      define: {
        "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false",
        __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
      },
    });
    await page.route(`**/${framework}.js`, (route) =>
      route.fulfill({ contentType: "text/javascript", body: Buffer.from(outputFiles[0].contents) }));
    await host(`${framework}.html`);
    await ready(page);
    const element = page.locator("mixed-movements");
    const attributes = () => element.evaluate((node) => ["dataset", "country", "view"].map((name) => node.getAttribute(name)));
    assert.deepEqual(await attributes(), ["new-arrivals", "BIH", "trend"]);
    await page.getByText("new-arrivals", { exact: true }).waitFor(); // told by the event
    await page.locator("#serbia").click();
    await page.waitForFunction(() => document.querySelector("mixed-movements").getAttribute("country") === "SRB");
    await page.locator("mixed-movements").getByText(/Serbia/).first().waitFor();
    for (let round = 0; round < 3; round += 1) {
      await page.locator("#toggle").click();
      await element.waitFor({ state: "detached" });
      await page.locator("#toggle").click();
      await ready(page);
    }
    await painted(page);
  });
}

test("an element taken out amid a change does not stop the program", async ({ page, host }) => {
  await host("plain.html");
  await ready(page);
  await page.evaluate(async () => {
    const element = document.querySelector("mixed-movements");
    const place = element.parentElement;
    globalThis.stopped = 0;
    addEventListener("mixed-movements:stopped", () => (globalThis.stopped += 1));
    for (let round = 0; round < 40; round += 1) {
      const [name, first, other] = [["country", "BIH", "SRB"], ["lang", "fr", "en"], ["theme", "dark", "light"]][round % 3];
      element.setAttribute(name, element.getAttribute(name) === first ? other : first);
      // At each of the moments into which the change falls.
      for (let moment = 0; moment < round; moment += 1) await undefined;
      element.remove();
      await new Promise((done) => setTimeout(done, 5));
      place.append(element);
      while (!element.matches(":state(ready)")) await new Promise((done) => setTimeout(done, 5));
    }
  });
  assert.equal(await page.evaluate(() => globalThis.stopped), 0);
  await page.locator("mixed-movements").getByRole("heading", { level: 3 }).first().waitFor();
});

test("a thousand mounts and removals leave memory and listeners where they were", { timeout: 300_000 }, async ({ page, context, host }) => {
  await watchMemory(page);
  await host("plain.html");
  await ready(page);
  const browser = await context.newCDPSession(page);
  await browser.send("Performance.enable");
  const rounds = async (count) => {
    await page.evaluate(async (count) => {
      const { src } = document.querySelector("mixed-movements");
      const views = ["trend", "figures", "table", "sentences", "bars", "full"];
      for (let i = 0; i < count; i += 1) {
        const element = document.createElement("mixed-movements");
        Object.assign(element, { src, view: views[i % views.length], dataset: "new-arrivals" });
        element.setAttribute("loading", "eager");
        document.body.append(element);
        // Some go while they are still loading, some when they are there.
        if (i % 3) await new Promise((done) => element.addEventListener("mixed-movements:ready", done));
        else if (i % 2) await new Promise((done) => setTimeout(done));
        element.remove();
      }
    }, count);
    for (let i = 0; i < 3; i += 1) {
      await browser.send("HeapProfiler.collectGarbage");
      await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
    }
    const { metrics } = await browser.send("Performance.getMetrics");
    const metric = (name) => metrics.find((metric) => metric.name === name).value;
    return {
      memory: await page.evaluate(() => globalThis.memory.buffer.byteLength),
      listeners: metric("JSEventListeners"), nodes: metric("Nodes"), heap: metric("JSHeapUsedSize"),
    };
  };
  const before = await rounds(60);
  const after = await rounds(1000);
  assert.ok(after.memory - before.memory <= 4 << 20, `memory of the program: ${before.memory} to ${after.memory}`);
  assert.ok(after.listeners <= before.listeners + 5, `listeners: ${before.listeners} to ${after.listeners}`);
  assert.ok(after.nodes <= before.nodes + 200, `nodes: ${before.nodes} to ${after.nodes}`);
  assert.ok(after.heap <= before.heap + (3 << 20), `heap: ${before.heap} to ${after.heap}`);
});

test("an error in one element leaves the others alive", async ({ page, host, quiet }) => {
  await host("plain.html");
  await ready(page);
  const code = await page.evaluate(async () => {
    const element = document.createElement("mixed-movements");
    element.setAttribute("loading", "eager");
    element.src = "nowhere.json";
    document.body.append(element);
    const { detail, bubbles, composed } = await new Promise((done) => document.addEventListener("mixed-movements:error", done, { once: true }));
    return [detail.code, detail.path, typeof detail.message, bubbles, composed, element.matches(":state(error)")];
  });
  assert.deepEqual(code, ["not-found", "", "string", true, true, true]);
  await page.evaluate(() => document.querySelector("mixed-movements").setAttribute("view", "table"));
  await page.locator("mixed-movements").first().getByRole("table").waitFor();
  quiet.console.length = 0;
});

test("a trap shows the fallback, says so and offers to reload", async ({ page, host, quiet }) => {
  await host("trap.html");
  await ready(page);
  await page.locator("mixed-movements").getByRole("group", { name: /arrivals/i }).first().focus();
  await page.evaluate(() => (globalThis.trapping = true));
  await page.keyboard.press("ArrowRight");
  await page.locator("#fallback").waitFor();
  const looks = await page.locator("mixed-movements").getByRole("button").evaluateAll((all) => all.map((button) => getComputedStyle(button).borderTopStyle));
  assert.deepEqual(looks, ["solid", "solid"], "the buttons look like buttons");
  // The reader may take a report along; where the clipboard is refused it stands there.
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { globalThis.report = text; } } }));
  await page.locator("mixed-movements").getByRole("button", { name: "Copy a report" }).click();
  await page.locator("mixed-movements").getByRole("button", { name: "Copied" }).waitFor();
  assert.match(await page.evaluate(() => globalThis.report), /^mixed-movements \d.*\n.*trap\.html.*\n.*src=".*\nRuntimeError: unreachable\n/);
  const loaded = page.waitForEvent("load");
  await page.locator("mixed-movements").getByRole("button", { name: "Reload the page" }).click();
  await loaded;
  await ready(page);
  quiet.errors.length = 0;
  quiet.console.length = 0;
});

test("events tell plain data, with flags and notes, and a host may listen anywhere", async ({ page, host }) => {
  await page.addInitScript(() => {
    globalThis.told = {};
    for (const name of ["ready", "change", "select", "download"]) {
      addEventListener(`mixed-movements:${name}`, ({ detail, target }) => (globalThis.told[name] = [target.localName, structuredClone(detail)]));
    }
  });
  await host("plain.html");
  await page.evaluate(() => {
    const element = document.querySelector("mixed-movements");
    element.setAttribute("loading", "eager");
    Object.assign(element, { view: "bars", dataset: "present", measure: "share-of-region", from: "2024-01", to: "2024-01", controls: true });
  });
  await ready(page);
  const plot = page.locator("mixed-movements").getByRole("group", { name: /share/i });
  await plot.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => globalThis.told.change);
  const { ready: first, select, change } = await page.evaluate(() => globalThis.told);
  assert.equal(first[0], "mixed-movements");
  assert.deepEqual(Object.keys(first[1]).sort(), ["dataset", "edition", "label", "sha256", "signature", "src", "updated"]);
  assert.match(select[1].text, /%/);
  assert.ok(Array.isArray(select[1].flags) && Array.isArray(select[1].notes) && select[1].categories.country);
  assert.equal(change[1].country, select[1].categories.country);
});

test("every view renders what it is named for", async ({ page, host }) => {
  await host("plain.html");
  await ready(page);
  const element = page.locator("mixed-movements");
  const set = (attributes) => element.evaluate((node, attributes) => Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value)), attributes);
  await set({ dataset: "new-arrivals" });
  for (const [view, country] of [["trend", "BIH"], ["years", "BIH"], ["sparkline", "BIH"], ["heatmap", "BIH SRB"], ["multiples", "BIH SRB"]]) {
    await set({ view, country });
    await element.getByRole("heading", { name: /New arrivals/ }).first().waitFor();
    await painted(page);
  }
  // Of a dataset that has key figures.
  await set({ view: "figures", dataset: "mixed-movements" });
  await element.getByText("1,300").waitFor();
  await set({ view: "sentences", dataset: "new-arrivals" });
  await element.getByRole("group", { name: /words/i }).or(element.getByRole("region", { name: /words/i })).first().waitFor();
  await set({ view: "table" });
  await element.getByRole("table").waitFor();
  await set({ view: "full" });
  await element.getByRole("heading", { level: 1 }).waitFor();
  await set({ view: "share" });
  await element.getByText(/not|no /i).first().waitFor(); // does not add: a sentence in its place
});
