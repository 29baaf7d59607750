// Charts: what a reader sees of a mark, how sharp it is, and what the words beside it say.
import { assert, test, until } from "./harness.mjs";
import { chart, link, live, panel, point, reads } from "./reader.mjs";

const serbia = link({ dataset: "new-arrivals", country: "SRB", from: "2020-07", to: "2020-11" });

test("the mouse finds a figure with its unit, status, notes and source; a click makes it a filter", async ({ page, open }) => {
  await open(serbia);
  const trend = chart(page, /^New arrivals by month/);
  const { words, x, y, tooltip } = await point(page, trend, /August 2020/);
  assert.match(words, /August 2020 some 4,000 arrivals .*rounded/);
  const plot = await trend.boundingBox();
  const box = await tooltip.boundingBox();
  assert.ok(box.x >= plot.x - 1 && box.x + box.width <= plot.x + plot.width + 1, "the tooltip stays within the chart");
  await page.mouse.click(x, y);
  await reads(live(page), "Serbia · August 2020: 1 of 1 figures published.");
});

test("the tooltip goes with the mouse", async ({ page, open }) => {
  await open(serbia);
  const trend = chart(page, /^New arrivals by month/);
  const { tooltip } = await point(page, trend, /August 2020/);
  await page.mouse.move(2, 2);
  await tooltip.waitFor({ state: "detached" });
});

test("below 520 px the tooltip stands under the plot, and covers nothing", { context: { viewport: { width: 360, height: 800 }, hasTouch: true } }, async ({ page, open }) => {
  await open(serbia);
  const trend = chart(page, /^New arrivals by month/);
  const canvas = trend.locator("canvas").first();
  await canvas.evaluate((element) => scrollBy({ top: element.getBoundingClientRect().top - 100, behavior: "instant" }));
  const { tooltip } = await point(page, trend, /October 2020/);
  const plot = await canvas.boundingBox();
  assert.ok((await tooltip.boundingBox()).y >= plot.y + plot.height);
});

for (const ratio of [1, 1.5, 3]) {
  test(`at ${ratio} device pixels per CSS pixel every canvas is as sharp as the screen`, { context: { deviceScaleFactor: ratio, viewport: { width: 1280, height: 800 } } }, async ({ page, open }) => {
    await open(serbia);
    const sharpness = await until("all canvases are drawn", async () => {
      const all = await page.locator("mixed-movements canvas").evaluateAll((canvases) =>
        canvases.map((canvas) => [canvas.width, canvas.clientWidth, canvas.height, canvas.clientHeight]),
      );
      return all.length > 4 && all.every(([width, css]) => Math.abs(width - css * devicePixels(ratio)) <= 2) && all;
    });
    for (const [, , height, css] of sharpness) assert.ok(Math.abs(height - css * devicePixels(ratio)) <= 2);
  });
}
const devicePixels = (ratio) => Math.max(2, Math.min(4, ratio));

test("charts are drawn anew when the window's width changes, and words are never cut", async ({ page, open }) => {
  await open(serbia);
  const canvas = chart(page, /^New arrivals by month/).locator("canvas").first();
  const width = () => canvas.evaluate((element) => element.width);
  const picture = () => canvas.evaluate((element) => element.toDataURL().length);
  await until("drawn", picture);
  const [wide, drawn] = [await width(), await picture()];
  await page.setViewportSize({ width: 620, height: 800 });
  await until("narrower", async () => (await width()) < wide && (await picture()) !== drawn);
  assert.equal(await canvas.evaluate((element) => Math.abs(element.clientWidth - element.parentElement.clientWidth) <= 1), true);
  assert.ok(await canvas.evaluate(hasInk));
});

test("gaps, estimates and what is not published are said in the words of a chart", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB MKD", from: "2020-07", to: "2020-11" }));
  const words = await reads(chart(page, /^New arrivals by month/), /^Line: /);
  assert.match(words, /Serbia: 5 of 5 periods published; lowest 1638 arrivals, revised in November 2020, highest some 4000 arrivals, rounded in August 2020/);
  assert.match(words, /Bosnia and Herzegovina: 2 of 5 periods published/);
  assert.match(words, /No figure published: North Macedonia/);
  assert.match(words, /Periods without a published figure are gaps, not zero\./);
  await reads(panel(page, /^New arrivals by month/), "gap: no figure published");
  await reads(panel(page, /^New arrivals by month/), /Source: .*UNHCR/);
});

test("the canvas is drawn in the colours of the theme, light and dark", async ({ page, open }) => {
  await open(serbia);
  const canvas = chart(page, /^New arrivals by month/).locator("canvas").first();
  await until("ink", () => canvas.evaluate(hasInk));
  const light = await canvas.evaluate((element) => element.toDataURL());
  await page.getByRole("button", { name: "Use dark colours" }).click();
  await until("other ink", async () => (await canvas.evaluate((element) => element.toDataURL())) !== light);
  await page.getByRole("button", { name: "Use light colours" }).waitFor();
});

function hasInk(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, at) => at % 4 === 3 && value > 0);
}

const kind = (panel) => panel.getByRole("combobox", { name: "Kind of chart" });
const says = (panel, expected) => reads(panel.locator(".plot p.hidden-text"), expected);

test("another kind of chart in a panel goes into the link: reload shows it, a step back takes it back", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH" }));
  const over = page.locator("figure.of-trend");
  const places = page.locator("figure.of-bars");
  await says(over, /^Line: /);
  await kind(over).selectOption({ label: "Heat map" });
  await says(over, /^Heat map: /);
  assert.match(page.url(), /&kinds=trend:heatmap$/);
  await kind(places).selectOption({ label: "Map" });
  await says(places, /^Map: /);
  assert.match(page.url(), /&kinds=bars:map;trend:heatmap$/);
  await page.reload();
  await says(over, /^Heat map: /);
  await says(places, /^Map: /);
  await page.goBack();
  await says(places, /^Bars: /);
  await says(over, /^Heat map: /);
  await page.goBack();
  await says(over, /^Line: /);
  await page.goForward();
  await says(over, /^Heat map: /);
  // Its own kind is no choice: the link is as short as before.
  await kind(over).selectOption({ label: "Line" });
  await says(over, /^Line: /);
  assert.ok(!page.url().includes("kinds="), page.url());
  await over.getByRole("combobox", { name: "How figures are counted" }).selectOption({ label: "Running total" });
  await until("the running total is in the link", () => page.url().endsWith("&kinds=trend:running"));
});

test("a link asks for kinds: what is no kind is left out and said, what does not suit gives way", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", kinds: "trend:pie;bars:map;heatmap:share" }));
  await reads(page.getByRole("status").filter({ hasText: "Not in this edition" }), "left out: “trend:pie”.");
  await says(page.locator("figure.of-trend"), /^Line: /);
  await says(page.locator("figure.of-bars"), /^Map: /);
  // Places that may count the same person are no parts of a whole.
  await says(page.locator("figure.of-heatmap"), /^Heat map: /);
});

/** People assisted in two towns over five months; made up. Of the first two counts below five are withheld. */
const withheld = {
  version: "2.0", class: "dataset", label: "People assisted", id: ["town", "month"], size: [2, 5], role: { geo: ["town"], time: ["month"] },
  dimension: {
    town: { label: "Town", category: { index: ["A", "B"], label: { A: "Here", B: "There" } } },
    month: { label: "Month", category: { index: ["2023-01", "2023-02", "2023-03", "2023-04", "2023-05"] } },
  },
  value: [12, null, 9, null, 0, 20, 21, null, 19, 18],
  status: { 1: "c", 3: "c" },
  extension: {
    status: { label: { c: "suppressed" } },
    mixedMovements: { id: "assisted", illustrative: true, measures: { assisted: { kind: "flow", counts: "people", unit: "people", suppressed: { c: [0, 4] }, additivity: { town: "sum", month: "sum" } } } },
  },
};

test("a small count that is withheld is told as such by the chart, its tooltip, the voice and the table; missing is missing", async ({ page, open }) => {
  await open();
  await page.getByLabel("Open a file").setInputFiles({ name: "assisted.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(withheld)) });
  const over = page.locator("figure.of-trend");
  const plot = over.locator(".plot");
  await says(over, /Here: 2 of 5 periods known within bounds only; the latest fewer than 5 people, .*withheld: 0 to 4.* in April 2023/);
  await says(over, /There: 4 of 5 periods published/);
  await reads(over, "bracket: small count, withheld");
  await reads(over, "gap: no figure published");
  // By keyboard it lies among the others, in its month; the month without a figure is passed over.
  await plot.focus();
  const line = [];
  for (const key of ["Home", "ArrowDown", "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"]) {
    await plot.press(key);
    line.push(await reads(over.locator(".tooltip"), /2023/));
  }
  const told = line.find((words) => words.includes("February 2023") && words.startsWith("Here"));
  assert.match(told ?? line.join(" | "), /^Here February 2023 <5 people Illustrative ,? ?withheld: 0 to 4/);
  assert.ok(!line.some((words) => words.startsWith("There March")), line.join(" | "));
  await plot.press("Home");
  await plot.press("ArrowRight");
  await reads(page.locator("[part=live]"), /fewer than 5 people.*withheld: 0 to 4/);
  await reads(page.getByRole("region", { name: "Table" }), /<5/);
});

// Of A two figures in January, of B two in January and two in February: by kind the parts are the same, by place they are not.
const oddParts = {
  version: "2.0", class: "dataset", label: "Cases", id: ["place", "kind", "month"], size: [2, 2, 2], role: { geo: ["place"], time: ["month"] },
  dimension: {
    place: { label: "Place", category: { index: ["A", "B"] } },
    kind: { label: "Kind", category: { index: ["X", "Y"], label: { X: "First kind", Y: "Second kind" } } },
    month: { label: "Month", category: { index: ["2023-01", "2023-02"] } },
  },
  value: [3, null, 4, null, 5, 6, 7, 8],
  extension: { mixedMovements: { profile: 1, measures: { cases: { kind: "flow", unit: "cases", additivity: { place: "sum", kind: "sum", month: "sum" } } } } },
};

test("a panel by kind is judged by its kinds, though its places could not be ranked", async ({ page, open }) => {
  await open();
  await page.getByLabel("Open a file").setInputFiles({ name: "cases.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(oddParts)) });
  const ranked = panel(page, /^Cases by kind/).filter({ has: page.getByRole("combobox", { name: "Kind of chart" }) }).first();
  await ranked.waitFor();
  const kinds = ranked.getByRole("combobox", { name: "Kind of chart" });
  assert.equal(await kinds.inputValue(), "ranking");
  await reads(chart(page, /^Cases by kind/).first(), /Second kind.*First kind/);
});
