// The page without a mouse: everything is reached with Tab, worked with keys, and never loses the focus.
import { assert, followed, test } from "./harness.mjs";
import {
  chart, chosen, focused, handle, link, live, reads, spoken, tabTo, table, total,
} from "./reader.mjs";

test("a reader filters by country, month and nationality with the keyboard alone", async ({ page, open }) => {
  await open();
  await tabTo(page, /^tab /);
  const seen = [await focused(page)];
  while (!/^tab Asylum intentions/.test(seen.at(-1)) && seen.length < 12) {
    await page.keyboard.press("ArrowRight");
    seen.push(await focused(page));
  }
  assert.match(seen.at(-1), /^tab Asylum/, seen.join("\n"));
  await page.getByRole("tab", { name: /^Asylum intentions/, selected: true }).waitFor();
  await tabTo(page, /^input Serbia/);
  await page.keyboard.press("Space");
  await reads(live(page), /^Serbia ·/);
  await tabTo(page, /^slider First month/);
  await page.keyboard.press("PageUp");
  await page.keyboard.press("PageUp");
  await page.keyboard.press("ArrowRight");
  await reads(live(page), "February 2019 to January 2024");
  await tabTo(page, /^input From/);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("2019-03");
  await page.keyboard.press("Enter");
  await reads(live(page), "March 2019 to January 2024");
  await tabTo(page, /^input Find in: Nationality/);
  await page.keyboard.type("afg");
  await tabTo(page, /^input Afghanistan/);
  await page.keyboard.press("Space");
  await reads(live(page), /Serbia · March 2019 to January 2024 · Afghanistan: \d+ of 59 figures published\./);
  assert.deepEqual(await chosen(page), ["Serbia", "Afghanistan", "since March 2019"]);
  await tabTo(page, /^button Remove Serbia/);
  await page.keyboard.press("Enter");
  await reads(live(page), /^All countries ·/);
  assert.match(await focusedSoon(page), /^button Remove /); // the next chip has it
  await tabTo(page, /^button Clear all/);
  await page.keyboard.press("Enter");
  await reads(live(page), "January 2017 to January 2024");
  assert.doesNotMatch(await focusedSoon(page), /^(body|mixed-movements)/);
});

test("a tab says what it shows: all below it, under its name", async ({ page, open }) => {
  await open();
  for (const name of [/^New arrivals/, /^Asylum/]) {
    const tab = page.getByRole("tab", { name }).first();
    await tab.click();
    const shown = page.getByRole("tabpanel", { name });
    await shown.getByRole("region", { name: "Filters" }).waitFor();
    await shown.getByRole("figure").first().waitFor();
    assert.equal(await tab.getAttribute("aria-controls"), await shown.getAttribute("id"));
    assert.equal(await shown.getAttribute("aria-labelledby"), await tab.getAttribute("id"));
  }
  assert.equal(await page.getByRole("tabpanel").count(), 1);
});

test("the months' handles answer to arrows, Page, Home and End, and say their month", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB" }));
  const first = handle(page, "First");
  const last = handle(page, "Last");
  const says = async (which, text) => {
    const until = Date.now() + 5_000;
    while ((await which.getAttribute("aria-valuetext")) !== text && Date.now() < until) await page.waitForTimeout(20);
    assert.equal(await which.getAttribute("aria-valuetext"), text);
  };
  await first.focus();
  await page.keyboard.press("ArrowUp");
  await says(first, "February 2017");
  await page.keyboard.press("PageUp");
  await says(first, "February 2018");
  await page.keyboard.press("PageDown");
  await page.keyboard.press("ArrowLeft");
  await says(first, "January 2017");
  await page.keyboard.press("End"); // never past the other end
  await says(first, "January 2024");
  await page.keyboard.press("Home");
  await says(first, "January 2017");
  await last.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowDown");
  await says(last, "November 2023");
  await page.keyboard.press("PageDown");
  await says(last, "November 2022");
  await reads(live(page), "Serbia · January 2017 to November 2022");
  assert.match(await focused(page), /^slider Last month/);
});

test("arrows step through a chart; each mark is spoken with value, unit, status and its tooltip", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB", from: "2020-07", to: "2020-11" }));
  const trend = chart(page, /^New arrivals by month/);
  await trend.focus();
  await page.keyboard.press("Home");
  await spoken(page, /July 2020.*3197 arrivals/);
  await page.keyboard.press("ArrowRight");
  await spoken(page, /August 2020.*some 4000 arrivals, rounded/);
  await reads(trend.locator(".tooltip"), /August 2020 some 4,000 arrivals .*rounded/);
  await page.keyboard.press("End");
  await spoken(page, /November 2020.*1638 arrivals, revised/);
  await page.keyboard.press("ArrowLeft");
  await spoken(page, /October 2020.*2703 arrivals/);
  await page.keyboard.press("Escape");
  await trend.locator(".tooltip").waitFor({ state: "detached" });
  assert.match(await focused(page), /^group New arrivals by month/);
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter"); // a mark is a filter
  await reads(live(page), "Serbia · July 2020: 1 of 1 figures published.");
});

test("the kind of a chart is picked, and the focus stays on the choice", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB", from: "2019-01" }));
  const picker = page.getByRole("figure").filter({ has: chart(page, /^New arrivals by month/) }).getByRole("combobox", { name: "Kind of chart" });
  await picker.focus();
  await picker.selectOption({ label: "Year on year" });
  await reads(chart(page, /^New arrivals, year on year/).first(), /^Year on year:/);
  assert.match(await focusedSoon(page), /^select Kind of chart/);
  const counted = page.getByRole("combobox", { name: "How figures are counted" }).first();
  await page.getByRole("combobox", { name: "Kind of chart" }).first().selectOption("trend");
  await picker.waitFor();
  await counted.focus();
  await counted.selectOption("running");
  await reads(counted.locator("option:checked"), "Running total");
  assert.match(await focusedSoon(page), /^select How figures are counted/);
});

test("all rows of a long table are shown, and the focus is on them", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals" }));
  const all = table(page).getByRole("button", { name: /^Show all \d+ rows$/ });
  const [, count] = /(\d+)/.exec(await all.innerText());
  await all.focus();
  await page.keyboard.press("Enter");
  await followed(page);
  assert.match(await focusedSoon(page), /^group Table/);
  await spoken(page, new RegExp(`1.*${count}.*${count}`));
  assert.equal(await table(page).getByRole("rowheader").count(), Number(count));
});

test("menus and dialogs open, close with Escape and give the focus back", async ({ page, open }) => {
  await open();
  await tabTo(page, /^button Download/);
  await page.keyboard.press("Enter");
  const download = page.getByRole("dialog", { name: "Download" });
  await download.waitFor();
  await tabTo(page, /^input Table, CSV/);
  await page.keyboard.press("ArrowDown");
  assert.ok(await download.getByRole("radio", { name: /^Workbook/ }).isChecked());
  await page.keyboard.press("Escape");
  await download.waitFor({ state: "hidden" });
  assert.match(await focused(page), /^button Download/);
  await tabTo(page, /^button More/);
  await page.keyboard.press("Enter");
  assert.match(await focusedSoon(page), /^menuitem Quote/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Quote" });
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.match(await focused(page), /^button More/);
});

test("what is asked before a sentence is copied alone is spoken, and the focus is on the answer", { context: { permissions: ["clipboard-read", "clipboard-write"] } }, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2020-07", to: "2020-11" }));
  await tabTo(page, /^button Quote/);
  await page.keyboard.press("Enter");
  const quote = page.getByRole("dialog", { name: "Quote" });
  await quote.waitFor();
  const said = quote.locator("[aria-live=polite]"); // what is beside an open dialog is out of reach
  await tabTo(page, /^button Copy all/);
  await page.keyboard.press("Enter");
  await reads(said, "Copied");
  await tabTo(page, /^button Copy without the notes/);
  await page.keyboard.press("Enter");
  await reads(said, "Without its notes the figure can mislead.");
  assert.match(await focusedSoon(page), /^button Copy the sentence alone/);
  await said.evaluate((region) => {
    globalThis.heard = [];
    new MutationObserver(() => globalThis.heard.push(region.textContent.trim())).observe(region, { childList: true, characterData: true, subtree: true });
  });
  await page.keyboard.press("Enter");
  await quote.getByRole("button", { name: "Copied" }).nth(1).waitFor();
  await page.getByRole("button", { name: "Copy short citation" }).press("Enter");
  await quote.getByRole("button", { name: "Copied" }).nth(2).waitFor();
  assert.deepEqual(await page.evaluate(() => globalThis.heard), ["Copied", "Copied"]); // each time
});

test("how many rows are found is spoken", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB" }));
  const find = table(page).getByRole("searchbox", { name: "Find rows" });
  await find.fill("2018");
  await spoken(page, "Rows found: 12");
  await find.fill("2018x");
  await spoken(page, "Nothing found.");
});

test("in a chart Home is the first month and End the last, also where they are read from right to left", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB", from: "2020-07", to: "2020-11" }));
  const months = { en: [/July 2020/, /November 2020/], ar: [/يوليو 2020/, /نوفمبر 2020/] };
  for (const [lang, [first, last]] of Object.entries(months)) {
    if (lang !== "en") await open(`${link({ dataset: "new-arrivals", country: "SRB", from: "2020-07", to: "2020-11", lang })}`);
    await page.locator(`mixed-movements [part=root][lang=${lang}]`).waitFor();
    await followed(page);
    const trend = page.locator("mixed-movements [part~=chart] .plot").first();
    await trend.press("End");
    await trend.press("End");
    await spoken(page, last);
    await trend.press("Home");
    await spoken(page, first);
  }
});

test("sorting the table keeps the focus on its column and tells the order", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" }));
  const column = table(page).getByRole("columnheader", { name: "Serbia" });
  await column.getByRole("button").focus();
  await page.keyboard.press("Enter");
  const order = () => table(page).getByRole("rowheader").allInnerTexts();
  assert.equal(await column.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await order(), ["August 2020", "July 2020", "September 2020", "October 2020", "November 2020"]);
  await page.keyboard.press("Enter");
  assert.equal(await column.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(await order(), ["November 2020", "October 2020", "September 2020", "July 2020", "August 2020"]);
  assert.match(await focused(page), /^button Serbia/);
  const other = table(page).getByRole("columnheader", { name: "Bosnia and Herzegovina" });
  await other.getByRole("button").click();
  await other.getByRole("button").click();
  // What is missing stays at the end, whichever way a column runs.
  assert.deepEqual((await order()).slice(0, 2), ["October 2020", "September 2020"]);
});

test("what takes the place of a refused total keeps the focus", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" }));
  await total(page).getByRole("button", { name: /^Serbia alone/ }).focus();
  await page.keyboard.press("Enter");
  await reads(total(page), "some 14,268 arrivals");
  assert.match(await focusedSoon(page), /Total$/);
});

test("a note's mark leads to its text, and from there back to the mark", async ({ page, open }) => {
  await open();
  const address = page.url();
  await page.getByRole("link", { name: "Note 1" }).first().focus();
  await page.keyboard.press("Enter");
  assert.match(await focused(page), /^li 1\s?Since 24 February 2022/);
  assert.equal(page.url(), address);
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /^button Back to the figure/);
  await page.keyboard.press("Enter");
  assert.match(await focused(page), /^a Note 1/);
  assert.ok(await page.getByRole("region", { name: /at a glance/ }).locator(":focus").count());
});

test("the Tab key meets each note once in a text of several sentences", async ({ page, open }) => {
  await open();
  const marks = page.getByRole("group", { name: "In words" }).getByRole("link", { name: /^Note/ });
  const met = await marks.evaluateAll((all) => all.map((mark) => [mark.textContent, mark.tabIndex === 0]));
  const numbers = [...new Set(met.map(([number]) => number))];
  assert.ok(met.length > numbers.length);
  assert.deepEqual(met.filter(([, isMet]) => isMet).map(([number]) => number).sort(), numbers.sort());
});

test("what a screen reader hears of the page is said once, under its own name", async ({ page, open }) => {
  await open();
  const tree = await page.locator("body").ariaSnapshot();
  // A figure has no name, which would be its source; the group in it has title and place.
  assert.equal((tree.match(/^\s*- '?figure ?['"]/gm) ?? []).length, 0);
  assert.match(tree, /- heading "New arrivals by month" \[level=3\]/);
  const group = page.getByRole("group", { name: /^New arrivals by month/ });
  assert.doesNotMatch(await group.innerText(), /New arrivals by month/);
  // Nothing to tell: no landmark.
  assert.equal(await page.getByRole("complementary").count(), 0);
  await page.goto(`${page.url().split("#")[0]}#v1&dataset=none`);
  await page.getByRole("complementary").waitFor();
  assert.match(await page.getByRole("complementary").innerText(), /none/);
});

test("on a narrow screen what has the focus lies below no bar, neither the page's nor the sheet's", { context: { viewport: { width: 360, height: 740 } } }, async ({ page, open }) => {
  await open();
  await followed(page);
  // What is higher than the screen cannot be seen whole.
  const covered = () =>
    page.evaluate(() => {
      const { shadowRoot } = document.querySelector("mixed-movements");
      const element = shadowRoot.activeElement;
      const box = element && (element.closest("label") ?? element).getBoundingClientRect();
      if (!box || box.height > innerHeight - 100) return false;
      const bars = shadowRoot.querySelectorAll(shadowRoot.activeElement.closest(".filters") ? ".sheet-heading, .sheet-foot" : ".sheet-bar");
      return [...bars].some((bar) => {
        const { top, bottom } = bar.getBoundingClientRect();
        return !bar.contains(element) && bottom > top && box.top < bottom - 1 && box.bottom > top + 1;
      });
    });
  const found = [];
  const go = async (key, most) => {
    for (let step = 0; step < most; step += 1) {
      await page.keyboard.press(key);
      if (await covered()) found.push(`${key} ${await focused(page)}`);
    }
  };
  await go("Tab", 70);
  await go("Shift+Tab", 70);
  await page.getByRole("button", { name: /^Filters/ }).click();
  await page.getByRole("dialog", { name: "Filters" }).waitFor();
  await go("Tab", 14);
  await go("Shift+Tab", 14);
  assert.deepEqual(found, []);
});

test("the filter sheet of narrow screens keeps the focus until it is closed", { context: { viewport: { width: 360, height: 740 } } }, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals" }));
  await page.getByRole("button", { name: /^Filters/ }).focus();
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "Filters" });
  await sheet.waitFor();
  const seen = new Set();
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    seen.add(await focused(page));
  }
  assert.ok([...seen].every((name) => !/^(button Embed|tab|body|mixed-movements)/.test(name)), [...seen].join("\n"));
  assert.ok([...seen].some((name) => /^input Serbia/.test(name)));
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  assert.match(await focusedSoon(page), /^button Filters/);
  // By the shade, too.
  await page.getByRole("button", { name: /^Filters/ }).click();
  await sheet.waitFor();
  await page.mouse.click(180, 20);
  await sheet.waitFor({ state: "hidden" });
  assert.match(await focusedSoon(page), /^button Filters/);
  // Turned, the phone has room for the filters on the page, and Tab leaves them.
  await page.getByRole("button", { name: /^Filters/ }).click();
  await sheet.waitFor();
  await page.setViewportSize({ width: 900, height: 740 });
  await page.getByRole("region", { name: "Filters" }).getByRole("button").last().focus();
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => !document.querySelector("mixed-movements").shadowRoot.activeElement?.closest(".filters"));
  await page.setViewportSize({ width: 360, height: 740 });
  assert.equal(await sheet.isVisible(), false);
});

// The focus moves with the next picture.
async function focusedSoon(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return focused(page);
}
