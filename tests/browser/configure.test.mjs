// The configurator, as a webmaster uses it: choose, look, copy, paste elsewhere.
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, dist, ready, root, test, until } from "./harness.mjs";
import { focused, overflow, reads, tabTo } from "./reader.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const fields = JSON.parse(readFileSync(join(root, "www/fields.json"), "utf8"));
const clipboard = { context: { permissions: ["clipboard-read", "clipboard-write"] } };
const form = (page) => page.getByRole("form", { name: "Choices" });
const code = (page, name) => page.getByRole("textbox", { name }).inputValue();
const result = (page) => page.getByRole("region", { name: "Result" });
const opened = async (open, path = "configure.html") => {
  await open(path);
};
/** Opens a group of the form, where it is closed. */
const group = async (page, name) => {
  const details = form(page).locator("details").filter({ has: page.locator("summary", { hasText: name }) });
  if (!(await details.evaluate((node) => node.open))) await details.locator("summary").click();
  return details;
};

test("what is chosen is seen at once and stands in all three codes", clipboard, async ({ page, open }) => {
  await opened(open);
  await form(page).getByLabel("Dataset").selectOption("New arrivals");
  await form(page).getByRole("combobox", { name: "View" }).selectOption("Year on year");
  const places = form(page).getByRole("group", { name: "Places" });
  await places.getByRole("checkbox", { name: "Bosnia and Herzegovina" }).check();
  await form(page).getByRole("combobox", { name: "First period" }).selectOption("January 2018");
  await (await group(page, "Language and look")).getByRole("radio", { name: "Dark" }).check();
  await reads(result(page).getByRole("figure"), /year on year.* Bosnia and Herzegovina/);
  const element = await code(page, /element/i);
  for (const part of [' dataset="new-arrivals"', ' view="years"', ' country="BIH"', ' from="2018-01"', ' theme="dark"', ' height="520"']) {
    assert.ok(element.includes(part), `${part}\n${element}`);
  }
  const frame = await code(page, /frame/i);
  assert.match(frame, /embed\.html\?src=[^"]+&amp;dataset=new-arrivals&amp;view=years&amp;country=BIH&amp;from=2018-01&amp;theme=dark"/);
  const link = await code(page, /link/i);
  assert.match(link, /\/some\/path\/#v1&dataset=new-arrivals&country=BIH&from=2018-01$/);
  await page.getByRole("button", { name: "Copy the element" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), element);
});

test("the codes show the same view on a page elsewhere", async ({ page, open, serve, context }) => {
  await opened(open, "configure.html#v1&dataset=new-arrivals&view=bars&from=2018-01&to=2018-12&lang=fr");
  await reads(page.getByRole("heading", { level: 1 }), "Mettre ces chiffres sur votre page"); // the reader came in French
  const folder = mkdtempSync(join(tmpdir(), "host-"));
  try {
    const write = async (name, area) =>
      writeFileSync(join(folder, name), `<!doctype html><link rel="icon" href="data:,"><title>News</title><h1>News</h1>${await page.locator(area).inputValue()}`);
    await write("frame.html", "#code-frame");
    await write("element.html", "#code-element");
    const paper = await serve({ folder });
    const other = await context.newPage();
    await other.goto(`${paper.url}element.html`);
    await reads(other.getByRole("figure"), /2018/);
    await reads(other.locator("mixed-movements [part=cite]"), /présentation/);
    await other.goto(`${paper.url}frame.html`);
    await reads(other.frameLocator("iframe").locator("mixed-movements [part=cite]"), /présentation/);
    await other.goto(await page.locator("#code-link").inputValue());
    await ready(other);
    await reads(other.getByRole("heading", { level: 1 }), /Western Balkans|Balkans/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every field of the program has its place in the form or in the result", async ({ page, open }) => {
  const texts = JSON.parse(readFileSync(join(dist, "texts/en.json"), "utf8"));
  await opened(open, "configure.html#v1&dataset=asylum&view=table");
  for (const name of ["Filters", "Language and look", "Size", "Edition", "More"]) await group(page, name);
  for (const { name, values } of fields) {
    if (values === "others" || values === "interface") continue; // of other files; set in the result
    assert.ok(texts[`field.${name}`], `no text for ${name}`);
    assert.ok((await form(page).locator(`[id^="field-${name}"]`).count()) > 0, `nothing for ${name}`);
  }
  await opened(open, "configure.html#v1&dataset=accommodation&view=table");
  await form(page).getByRole("group", { name: "Type of accommodation" }).getByRole("checkbox").first().check();
  assert.match(await code(page, /element/i), / where="accommodation:[^"]+"/);
});

test("a frozen edition is named in the codes, and a live one is not", async ({ page, open }) => {
  await opened(open);
  const edition = await group(page, "Edition");
  assert.ok(!(await code(page, /element/i)).includes("edition="));
  await edition.getByRole("radio", { name: /Frozen/ }).check();
  assert.match(await code(page, /element/i), / edition="2024-01"/);
  assert.match(await code(page, /frame/i), /&amp;edition=2024-01/);
  assert.match(await code(page, /link/i), /&edition=2024-01/);
  // Read at the address that stays when the next edition comes out.
  assert.match(await code(page, /element/i), / src="[^"]+western-balkans-2024-01\.json"/);
  await reads(page.locator("mixed-movements [part=cite]"), /edition 2024-01/);
  await edition.getByRole("radio", { name: /Live/ }).check();
  assert.ok(!(await code(page, /frame/i)).includes("edition="));
});

test("what a reader filters in the result goes into the code", async ({ page, open }) => {
  await opened(open);
  await (await group(page, "Language and look")).getByRole("radio", { name: "Yes" }).check();
  const filters = result(page).getByRole("region", { name: "Filters" });
  await filters.getByRole("checkbox", { name: "Serbia" }).check();
  await until("the code follows", async () => / country="SRB"/.test(await code(page, /element/i)));
  assert.ok(await form(page).getByRole("group", { name: "Places" }).getByRole("checkbox", { name: "Serbia" }).isChecked());
});

test("a file of somebody else is configured by its address; one that is none is said to be so", async ({ page, open, quiet }) => {
  await opened(open);
  const more = await group(page, "More");
  await more.getByRole("textbox", { name: "Address of the file" }).fill("data/western-balkans-example.json");
  await page.keyboard.press("Tab");
  await until("its datasets", async () => (await form(page).getByLabel("Dataset").locator("option").count()) > 0 && /western-balkans-example/.test(await code(page, /element/i)));
  assert.match(await code(page, /link/i), /index\.html\?src=/);
  await form(page).getByRole("textbox", { name: "Address of the file" }).fill("nowhere.json");
  await page.keyboard.press("Tab");
  await page.getByText(/^The file could not be read:/).waitFor();
  quiet.console.length = 0; // the browser's own line on the failed request
});

test("the embed dialog leads to the configurator, with the same view", async ({ page, open, context }) => {
  await open("#v1&dataset=new-arrivals&country=SRB&lang=fr");
  await page.getByRole("button", { name: "Intégrer", exact: true }).click();
  const [other] = await Promise.all([context.waitForEvent("page"), page.getByRole("dialog").getByRole("link").click()]);
  await ready(other);
  await reads(other.getByRole("heading", { level: 1 }), "Mettre ces chiffres sur votre page");
  assert.match(await other.locator("#code-element").inputValue(), / dataset="new-arrivals" [^>]*country="SRB"/);
});

test("a picture of the choice is saved, with title, notes and source; a view that shows none is said why", async ({ page, open }) => {
  await opened(open, "configure.html#v1&dataset=new-arrivals&view=trend&country=BIH");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as a picture" }).click()]);
  assert.equal(download.suggestedFilename(), "new-arrivals_trend_2024-01.svg");
  assert.match(readFileSync(await download.path(), "utf8"), /<svg[^]*Bosnia and Herzegovina[^]*Source: /);
  await form(page).getByRole("combobox", { name: "View" }).selectOption("Share");
  await page.getByRole("button", { name: "Save as a picture" }).click();
  await page.locator("#picture-told").getByText(/Not shown as/).waitFor();
});

test("by keyboard alone: the focus stays on what was changed, and everything is reached", async ({ page, open }) => {
  await opened(open);
  await tabTo(page, /^select Dataset|combobox Dataset|Dataset/);
  await page.keyboard.press("End");
  assert.match(await focused(page), /Dataset/);
  await tabTo(page, /Albania/);
  await page.keyboard.press("Space");
  assert.match(await focused(page), /Albania/);
  assert.match(await code(page, /element/i), / country="ALB"/);
  await tabTo(page, /Take the choice back/);
  await page.keyboard.press("Enter");
  assert.ok(!(await code(page, /element/i)).includes("country="));
  assert.doesNotMatch(await focused(page), /^body/);
  await tabTo(page, /Copy the frame/);
});

for (const [width, scheme, lang] of [[360, "light", "en"], [360, "dark", "ar"], [768, "light", "fr"], [1280, "dark", "en"], [1280, "light", "ar"]]) {
  test(`fits and is accessible: ${width} px, ${scheme}, ${lang}`, { context: { viewport: { width, height: 900 }, colorScheme: scheme } }, async ({ page, open, context }) => {
    await context.addInitScript(axe);
    await opened(open, `configure.html#v1&dataset=new-arrivals&view=trend&country=BIH&lang=${lang}`);
    for (const details of await form(page).locator("details").all()) await details.evaluate((node) => (node.open = true));
    assert.ok((await overflow(page)) <= 0, `the page is ${await overflow(page)} px too wide`);
    assert.equal(await page.evaluate(() => document.documentElement.dir), lang === "ar" ? "rtl" : "ltr");
    if (process.env.PICTURES) await page.screenshot({ path: join(process.env.PICTURES, `configure-${width}-${scheme}-${lang}.png`), fullPage: true });
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), []);
  });
}
