// The app's page as it is delivered.
import { assert, ready, test, until } from "./harness.mjs";

test("the page opens, shows its heading, and keeps quiet", async ({ page, open }) => {
  const response = await open();
  assert.equal(response.status(), 200);
  assert.match(response.headers()["content-security-policy"], /default-src 'none'/);
  await page.getByRole("heading", { level: 1 }).waitFor();
});

test("without JavaScript the page tells the edition's figures, with what must go with them", { context: { javaScriptEnabled: false } }, async ({ page, open }) => {
  await open("", { ready: false });
  await page.getByRole("heading", { level: 1, name: /^Western Balkans/ }).waitFor();
  const told = (await page.locator("body").innerText()).replace(/\s+/g, " ");
  for (const words of ["Some 1,300 refugees", "some 4,800 were present", "Kosovo (S/RES/1244 (1999)) 4%", "estimate rounded", "provisional", "56%", "Since 24 February 2022 people from Ukraine", "edition January 2024", "Not an official publication."]) {
    assert.ok(told.includes(words), `${words}\n${told}`);
  }
  assert.equal((await page.request.get(new URL(await page.getByRole("link", { name: /snapshot/ }).getAttribute("href"), page.url()).href)).status(), 200);
});

// Where each word of the first screen stands, whoever drew it: `[x, y, width]` in whole pixels.
const standing = (page, selector) =>
  page.evaluate((selector) => {
    const found = {};
    const walk = (node) => {
      if (node.matches?.("svg, select, button, canvas, sup, .told, .source, .note-marks")) return;
      node.childNodes.forEach(walk);
      const text = node.data?.trim();
      if (!text) return;
      const range = document.createRange();
      const start = node.data.indexOf(text);
      range.setStart(node, start);
      range.setEnd(node, start + text.length);
      const { x, y, width } = range.getBoundingClientRect();
      if (width > 1) (found[text] ??= []).push([x, y + scrollY, width].map(Math.round));
    };
    const { shadowRoot } = document.querySelector("mixed-movements");
    [...document.querySelectorAll(selector), ...shadowRoot.querySelectorAll(selector)].forEach(walk);
    return found;
  }, selector);

for (const [width, colorScheme] of [[360, "dark"], [768, "light"], [1024, "dark"], [1280, "light"]]) {
  test(`on a slow line figures, chart and sentences stand before the program is there, and stay where they are: ${width} px`, { context: { viewport: { width, height: 900 }, colorScheme } }, async ({ page, open }) => {
    let go;
    const held = new Promise((done) => { go = done; });
    await page.route("**/*.wasm", async (route) => {
      await held;
      await route.continue();
    });
    await page.addInitScript(() => {
      globalThis.shift = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => { globalThis.shift += entry.value; })).observe({ type: "layout-shift", buffered: true });
    });
    await open("", { ready: false });
    const picture = page.locator(".front svg").filter({ visible: true });
    await picture.getByText("56%").waitFor();
    await page.getByText(/^Some 1,300 refugees/).waitFor();
    const before = await picture.boundingBox();
    const words = await standing(page, ".front header, .front section");
    go();
    await ready(page);
    const after = await page.locator("canvas").first().boundingBox();
    assert.ok(Math.abs(after.x - before.x) <= 1 && Math.abs(after.y - before.y) <= 1, `${JSON.stringify(before)} ${JSON.stringify(after)}`);
    const now = await standing(page, ".heading, .key, .key ~ .sentences");
    // The same words at the same places; a number stands twice where it is in a sentence as well.
    const isNear = (one) => (other) => one.every((value, at) => Math.abs(value - other[at]) <= 1);
    const moved = Object.keys(words).filter((word) => !words[word].some((one) => now[word]?.some(isNear(one))));
    assert.deepEqual(moved.map((word) => [word, words[word], now[word]]), []);
    const shift = await page.evaluate(() => globalThis.shift);
    assert.ok(shift < 0.05, `layout shift ${shift}`);
  });
}

test("an own snapshot does not begin with the figures of another", async ({ page, open }) => {
  await page.route("**/*.wasm", () => {});
  await open("?src=data/western-balkans-example.json", { ready: false });
  await page.getByText("The same figures as a file").waitFor();
  await until("the figures of the page's own snapshot are gone", async () => !(await page.locator(".front").count()));
});
