// The app's page as it is delivered.
import { assert, ready, test } from "./harness.mjs";

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
  for (const words of ["Some 1,300 refugees", "some 4,800 were present", "Kosovo (S/RES/1244 (1999)) 4%", "estimated, rounded and provisional", "edition January 2024", "Not an official publication."]) {
    assert.ok(told.includes(words), `${words}\n${told}`);
  }
  assert.equal((await page.request.get(new URL(await page.getByRole("link", { name: /snapshot/ }).getAttribute("href"), page.url()).href)).status(), 200);
});

for (const width of [360, 1280]) {
  test(`on a slow line the sentences are read before the program is there, and little moves when it is: ${width} px`, { context: { viewport: { width, height: 800 } } }, async ({ page, open }) => {
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
    await page.getByText(/^Some 1,300 refugees/).waitFor();
    const before = await page.getByRole("heading", { level: 1 }).boundingBox();
    go();
    await ready(page);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const after = await page.getByRole("heading", { level: 1 }).boundingBox();
    // The title stays about where it was; the same words follow it.
    assert.ok(Math.abs(after.y - before.y) < 24 && Math.abs(after.x - before.x) < 24, `${JSON.stringify(before)} ${JSON.stringify(after)}`);
    const shift = await page.evaluate(() => globalThis.shift);
    assert.ok(shift < 0.1, `layout shift ${shift}`);
  });
}
