// Filtering with the mouse: countries, months, nationalities; what is on, and what it leaves.
import { assert, test, until } from "./harness.mjs";
import {
  chart, chips, chosen, example, filters, handle, link, live, month, nationalities, nationality, panel, place, reads, tab, table, total,
} from "./reader.mjs";

test("a reader filters by country and month with the mouse, and every part of the page follows", async ({ page, open }) => {
  await open();
  await tab(page, /^New arrivals arrivals/).click();
  await place(page, /^Bosnia and Herzegovina/).check();
  await reads(live(page), /^Bosnia and Herzegovina · January 2017 to January 2024: \d+ of 85 figures published\.$/);
  await month(page, "From").fill("2018-01");
  await month(page, "to").fill("2018-12");
  await month(page, "to").press("Enter");
  await reads(live(page), "Bosnia and Herzegovina · January to December 2018: 12 of 12 figures published.");
  await reads(total(page), "24,067 arrivals");
  await reads(filters(page), "12 of 85 chosen");
  await reads(panel(page, /^New arrivals by month/), "January to December 2018");
  assert.equal(await table(page).getByRole("rowheader").count(), 12);
  assert.deepEqual(await chosen(page), ["Bosnia and Herzegovina", "January 2018 to December 2018"]);
});

test("each chip takes its filter back, and one button takes all", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2018-01" }));
  assert.deepEqual(await chosen(page), ["Bosnia and Herzegovina", "Serbia", "since January 2018"]);
  await chips(page).getByRole("button", { name: "Remove Bosnia and Herzegovina" }).click();
  await reads(live(page), /^Serbia ·/);
  assert.equal(await place(page, /^Bosnia/).isChecked(), false);
  await chips(page).getByRole("button", { name: "Remove since January 2018" }).click();
  await reads(live(page), "Serbia · January 2017 to January 2024");
  await place(page, /^Albania/).check();
  await chips(page).getByRole("button", { name: "Clear all" }).click();
  await reads(live(page), /^All countries ·/);
  assert.equal(await chips(page).count(), 0);
  assert.equal(await places(page), 0);
  async function places(page) {
    return filters(page).getByRole("checkbox", { checked: true }).count();
  }
});

test("nationalities are found by writing, and checked", async ({ page, open }) => {
  await open(link({ dataset: "asylum", measure: "intentions", country: "SRB" }));
  const search = nationalities(page).getByRole("searchbox");
  await search.fill("pak");
  assert.deepEqual(await nationalities(page).getByRole("checkbox").evaluateAll((all) => all.map((box) => box.labels[0].innerText.replace(/\s+/g, " ").trim())), ["Pakistan 5 5 figures published"]);
  await nationality(page, "Pakistan 5 figures published").check();
  await reads(live(page), /Serbia · .* Pakistan: 5 of 85 figures published\./);
  await search.fill("zzz");
  await reads(nationalities(page), "Nothing found.");
  await search.fill("");
  await nationality(page, /^Afghanistan/).check();
  await reads(live(page), /10 of 170 figures published\./);
  assert.deepEqual(await chosen(page), ["Serbia", "Afghanistan", "Pakistan"]);
});

test("each category says how many figures are published for it", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals" }));
  await place(page, "Albania no figure published").waitFor();
  await place(page, /^Bosnia and Herzegovina \d+ figures published$/).waitFor();
  // also where they are not added over countries
  await page.goto(new URL(`${example}${link({ dataset: "new-arrivals" })}`, page.url()).href);
  await nationality(page, /^Syrian Arab Republic \d+ figures published/).waitFor();
});

test("where only the whole is published, the live line counts that", async ({ page, open }) => {
  await open(link({ dataset: "mixed-movements", measure: "mixed-movements" }));
  await reads(live(page), /: 1 of 85 figures published\./);
});

test("the handles of the months are dragged; the figures follow when they are let go", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB" }));
  const drag = async (which, share) => {
    const grip = await handle(page, which).boundingBox();
    const first = await handle(page, "First").boundingBox();
    const last = await handle(page, "Last").boundingBox();
    const middle = (box) => box.x + box.width / 2;
    const to = share * (which === "First" ? middle(last) - middle(grip) : middle(grip) - middle(first));
    await page.mouse.move(middle(grip), grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(middle(grip) + (which === "First" ? to : -to) / 2, grip.y + 20, { steps: 4 });
    await page.mouse.move(middle(grip) + (which === "First" ? to : -to), grip.y + 20, { steps: 4 });
    await page.mouse.up();
  };
  await handle(page, "First").scrollIntoViewIfNeeded();
  await drag("First", 0.5);
  const after = await reads(live(page), /Serbia · \w+ 2020 to January 2024:/);
  assert.match(after, /: \d+ of 4[123] figures/);
  await drag("Last", 0.5);
  await reads(live(page), /Serbia · \w+ 2020 to \w+ 2022:/);
  assert.match(await handle(page, "Last").getAttribute("aria-valuetext"), /^\w+ 2022$/);
  await filters(page).getByRole("button", { name: "All months" }).click();
  await reads(live(page), "Serbia · January 2017 to January 2024");
});

test("a month that cannot be read is said to be so, and changes nothing", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB" }));
  await month(page, "From").fill("last summer");
  await month(page, "From").press("Enter");
  await reads(filters(page).getByRole("alert"), "Write a month as 2024-01.");
  assert.equal(await month(page, "From").getAttribute("aria-invalid"), "true");
  await reads(live(page), "Serbia · January 2017 to January 2024");
  await month(page, "From").fill("2019-05");
  await month(page, "From").press("Enter");
  await reads(live(page), "Serbia · May 2019 to January 2024");
  assert.equal(await filters(page).getByRole("alert").count(), 0);
  await month(page, "From").fill("");
  await month(page, "From").press("Enter");
  await reads(live(page), "Serbia · January 2017 to January 2024");
});

test("on a narrow screen the filters are a sheet over the page", { context: { viewport: { width: 360, height: 740 } } }, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals" }));
  const sheet = page.getByRole("dialog", { name: "Filters" });
  assert.equal(await sheet.isVisible(), false);
  await page.getByRole("button", { name: /^Filters/ }).click();
  await sheet.getByRole("checkbox", { name: /^Bosnia/ }).check();
  await sheet.getByRole("button", { name: /^Show \d+ figures?$/ }).click();
  assert.equal(await sheet.isVisible(), false);
  await page.getByRole("button", { name: "Filters: 1" }).waitFor();
  await reads(chips(page), "Bosnia and Herzegovina");
});

for (const [name, view, height] of [
  ["a sheet that is long", { dataset: "new-arrivals" }, 740],
  ["a sheet that is short", { dataset: "present" }, 1200],
]) {
  test(`below the sheet the page stays where it is, and scrolls again afterwards: ${name}`, { context: { viewport: { width: 360, height }, hasTouch: true } }, async ({ page, open }) => {
    await open(link(view));
    await page.getByRole("tab").first().scrollIntoViewIfNeeded();
    await page.getByRole("button", { name: /^Filters/ }).click();
    const sheet = page.getByRole("dialog", { name: "Filters" });
    await sheet.waitFor();
    const scrolled = () => page.evaluate(() => scrollY);
    const before = await scrolled();
    const { y: top } = await sheet.boundingBox();
    const devtools = await page.context().newCDPSession(page);
    // Once over the shade and once over the sheet, up and down, with wheel and finger.
    for (const y of [top / 2, top + 30]) {
      for (const way of [-1, 1]) {
        await page.mouse.move(180, y);
        for (let turn = 0; turn < 3; turn += 1) await page.mouse.wheel(0, 900 * way);
        await page.evaluate(() => new Promise((done) => setTimeout(done, 150)));
        const touch = (type, ...places) => devtools.send("Input.dispatchTouchEvent", { type, touchPoints: places.map((y) => ({ x: 180, y })) });
        await touch("touchStart", y);
        for (let step = 1; step <= 8; step += 1) await touch("touchMove", y - step * 4 * way);
        await touch("touchEnd");
        await page.evaluate(() => new Promise((done) => setTimeout(done, 150)));
        assert.equal(await scrolled(), before, `${way} at ${y}`);
      }
    }
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    await page.mouse.wheel(0, 300);
    await until("the page scrolls", async () => (await scrolled()) > before);
  });
}

test("a step back leaves the sheet with what was chosen in it", { context: { viewport: { width: 360, height: 740 } } }, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals" }));
  const button = page.getByRole("button", { name: /^Filters/ });
  await button.click();
  const sheet = page.getByRole("dialog", { name: "Filters" });
  await sheet.getByRole("checkbox", { name: /^Bosnia/ }).check();
  await until("it is a step", () => page.url().includes("country=BIH"));
  await page.goBack();
  await sheet.waitFor({ state: "hidden" });
  assert.doesNotMatch(page.url(), /country=/);
  assert.equal(await chips(page).count(), 0);
  await until("its button has the focus", () => button.evaluate((element) => element.matches(":focus")));
});
