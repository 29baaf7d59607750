// The element in pages of others: policy, fallback, life. Each page is in hosts/.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { assert, dist, ready, test } from "./harness.mjs";

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
  assert.equal(asked.filter((url) => url.endsWith(".wasm")).length, 1);
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
