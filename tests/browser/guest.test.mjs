// Elements and frames as guests on pages of others: what they cover, where they open things, and what they say of
// what was asked for in vain.
import { assert, followed, ready, test, until } from "./harness.mjs";
import { chart, link, overflow, panel, reads } from "./reader.mjs";

const within = (box, { width, height }) => box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;

test("the bar that opens the filters is the element's own, and covers nothing of the page around", { context: { viewport: { width: 1000, height: 700 } } }, async ({ page, host }) => {
  await host("article.html");
  await ready(page, "#first");
  await ready(page, "#second");
  const bar = (id) => page.locator(`#${id}`).getByRole("button", { name: /^Filters/ });
  const isInWindow = async (id) => {
    const box = await bar(id).boundingBox();
    return box.y >= 0 && box.y + box.height <= 700;
  };
  assert.deepEqual([await isInWindow("first"), await isInWindow("second")], [false, false]);
  for (const [id, other] of [["first", "second"], ["second", "first"]]) {
    await page.locator(`#${id}`).evaluate((element) => scrollTo({ top: element.getBoundingClientRect().top + scrollY - 300, behavior: "instant" }));
    assert.deepEqual([await isInWindow(id), await isInWindow(other)], [true, false], id);
    const [box, own] = [await bar(id).boundingBox(), await page.locator(`#${id}`).boundingBox()];
    assert.ok(box.x >= own.x && box.x + box.width <= own.x + own.width, id);
    await bar(id).click();
    const sheet = page.locator(`#${id}`).getByRole("dialog", { name: "Filters" });
    await sheet.waitFor();
    const { x, width } = await sheet.boundingBox();
    assert.ok(Math.abs(x - own.x) <= 2 && width <= 420, `${id}: ${width} px wide at ${x}, the element at ${own.x}`);
    await sheet.getByRole("button", { name: "Close filters" }).click();
    await sheet.waitFor({ state: "hidden" });
  }
  await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }));
  const last = await page.locator("#last").evaluate((line) => {
    const { x, y, height } = line.getBoundingClientRect();
    return document.elementFromPoint(x + 5, y + height / 2) === line;
  });
  assert.equal(last, true);
});

test("in a frame as tall as its content, filters and dialogs open where the reader is", { context: { viewport: { width: 380, height: 700 } } }, async ({ page, host }) => {
  const size = { width: 380, height: 700 };
  await host("tall.html");
  const frame = page.frameLocator("iframe");
  await frame.locator("mixed-movements:state(ready)").waitFor();
  await page.waitForFunction(() => document.querySelector("iframe").height > 3000);
  for (const name of ["Share", "Download", "Embed"]) {
    await frame.getByRole("button", { name, exact: true }).click();
    const dialog = frame.getByRole("dialog", { name });
    await dialog.waitFor();
    const box = await dialog.boundingBox();
    assert.ok(within(box, size), `${name}: ${JSON.stringify(box)}`);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  }
  // Above what it filters, not at the far end.
  const button = frame.getByRole("button", { name: /^Filters/ });
  const first = await frame.getByRole("group", { name: /^New arrivals by month/ }).boundingBox();
  assert.ok((await button.boundingBox()).y < first.y);
  await button.click();
  const sheet = frame.getByRole("dialog", { name: "Filters" });
  await sheet.waitFor();
  await until("the sheet is in sight", async () => within(await sheet.boundingBox(), size));
  await frame.getByRole("checkbox", { name: /^Bosnia/ }).check();
  await sheet.getByRole("button", { name: /^Show \d+ figures?$/ }).click();
  await sheet.waitFor({ state: "hidden" });
  // From a chart far below, too.
  const far = frame.getByRole("button", { name: "More" }).last();
  await far.scrollIntoViewIfNeeded();
  await far.click();
  await frame.getByRole("menuitem", { name: "Embed this" }).click();
  const dialog = frame.getByRole("dialog", { name: "Embed" });
  await dialog.waitFor();
  assert.ok(within(await dialog.boundingBox(), size), JSON.stringify(await dialog.boundingBox()));
});

test("the whole page opens from a single view with the same filters, and so does the link in an element's code", async ({ page, open, site }) => {
  await open("embed.html?view=trend&dataset=new-arrivals&country=BIH&lang=en");
  const { origin, pathname, search, hash } = new URL(await page.getByRole("link", { name: "Open the full page" }).getAttribute("href"));
  const fields = new URLSearchParams(hash.slice(1));
  assert.deepEqual([`${origin}${pathname}`, search], [`${site.url}index.html`, "?src=data%2Fwestern-balkans.json"]);
  assert.deepEqual(["view", "dataset", "country", "lang", "edition"].map((name) => fields.get(name)), [null, "new-arrivals", "BIH", "en", "2024-01"]);
  await page.goto("about:blank");
  await open(link({ dataset: "new-arrivals", country: "BIH" }));
  await page.getByRole("button", { name: "Embed", exact: true }).click();
  const code = await page.getByRole("dialog", { name: "Embed" }).getByRole("textbox", { name: /element/i }).inputValue();
  assert.ok(code.includes(`<a href="${site.url}#v1&amp;dataset=new-arrivals&amp;country=BIH">`), code);
});

test("where places are marked, their last figures are shown", async ({ page, open }) => {
  await open("embed.html?view=bars&dataset=present&country=BIH");
  const bars = await reads(page.getByRole("figure").first(), /January 2020/);
  assert.doesNotMatch(bars, /May 2022/);
  assert.doesNotMatch(bars, /no figure published: [^.]*Bosnia/i);
  assert.match(bars, /Bosnia and Herzegovina: \d|Bosnia and Herzegovina: some/);
});

test("a comparison is shown with a table and with other charts than a line", async ({ page, open }) => {
  for (const view of ["table", "bars"]) {
    await open(`embed.html?view=${view}&dataset=new-arrivals&country=BIH&from=2019-01&to=2019-12&compare=country:BIH;from:2018-01;to:2018-12`);
    await reads(page.getByRole("region", { name: "Comparison" }), /24,067/);
    await page.goto("about:blank");
  }
});

test("what is asked for in vain is not said to be missing", async ({ page, open }) => {
  await open("embed.html?view=figures&dataset=accommodation");
  await reads(page.locator("[part=figures]"), /^The publisher puts no figure of this dataset first\.$/);
  const empty = "The choice is empty: no period lies between its first and its last one.";
  for (const view of ["trend", "bars", "share", "table", "sentences"]) {
    await page.goto("about:blank");
    await open(`embed.html?view=${view}&dataset=new-arrivals&country=BIH&from=2020-01&to=2019-01`);
    const told = await reads(page.locator("mixed-movements .embed"), empty);
    assert.doesNotMatch(told, /published for this choice/i, view);
  }
});

test("in a column of 240 px the whole page fits, in every language", { context: { viewport: { width: 240, height: 700 } } }, async ({ page, open }) => {
  for (const lang of ["en", "fr", "mk"]) {
    await open(`embed.html?lang=${lang}&dataset=new-arrivals`);
    assert.ok((await overflow(page)) <= 0, `${lang}: ${await overflow(page)}`);
    await page.goto("about:blank");
  }
});

test("key figures side by side on paper begin at the same height", async ({ page, open }) => {
  await open("embed.html?view=figures");
  await page.emulateMedia({ media: "print" });
  await followed(page);
  const tops = await page.locator(".tile").evaluateAll((tiles) => tiles.map((tile) => Math.round(tile.firstElementChild.getBoundingClientRect().top)));
  assert.equal(new Set(tops.slice(0, 2)).size, 1, tops.join(", "));
});
