// What is on view is in the address: reload, back and forward, and a link give it again.
import { assert, followed, ready, test, until } from "./harness.mjs";
import { chart, chosen, example, link, live, panel, place, reads, tab, total } from "./reader.mjs";

const belgrade = link({ dataset: "new-arrivals", country: "SRB", from: "2020-07", to: "2020-11" });

test("reload, and a link opened by somebody else, show the same view", async ({ page, open, context }) => {
  await open();
  await tab(page, /^New arrivals arrivals/).click();
  await place(page, /^Serbia/).check();
  const words = await reads(live(page), /^Serbia · January 2017/);
  await page.reload();
  await reads(live(page), words);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const address = await page.getByRole("dialog", { name: "Share" }).getByRole("textbox", { name: "Address" }).inputValue();
  assert.equal(address, `${page.url()}&edition=2024-01`);
  const other = await context.newPage();
  await other.goto(address);
  await reads(live(other), words);
  assert.equal(await place(other, /^Serbia/).isChecked(), true);
  assert.deepEqual(await chosen(other), ["Serbia"]);
});

test("each step can be gone back and forward", async ({ page, open }) => {
  await open(belgrade);
  await place(page, /^Bosnia/).check();
  await reads(total(page), "No total for the two countries");
  await tab(page, /^Present/).click();
  await reads(live(page), /^Bosnia and Herzegovina, Serbia/);
  await page.goBack();
  await reads(total(page), "No total for the two countries");
  assert.equal(await place(page, /^Bosnia/).isChecked(), true);
  await page.goBack();
  await reads(live(page), /^Serbia · July to November 2020: 5 of 5/);
  assert.equal(await place(page, /^Bosnia/).isChecked(), false);
  await page.goForward();
  await reads(total(page), "No total for the two countries");
});

test("what a link asks for in vain is left out and said, and the rest is as sent", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB ATL", from: "2020-07", to: "2020-11" }));
  const strip = page.getByRole("status").filter({ hasText: "Not in this edition" });
  await reads(strip, "Not in this edition, and left out: “ATL”. The rest of the view is as asked for.");
  await reads(live(page), /^Serbia · July to November 2020: 5 of 5/);
  await strip.getByRole("button", { name: "Dismiss" }).click();
  await strip.waitFor({ state: "detached" });
  assert.doesNotMatch(page.url(), /ATL/);
  await reads(live(page), /^Serbia · July to November 2020/);
});

test("several words in vain are said at once, whatever they are", async ({ page, open }) => {
  await open("#v1&dataset=nothing&country=%3Cscript%3E&from=last+week&colour=red");
  const strip = page.getByRole("status").filter({ hasText: "Not in this edition" });
  for (const code of ["“nothing”", "“<script>”", "“last week”", "“red”"]) await reads(strip, code);
  await reads(live(page), /figures published\./);
});

test("a link of an older form still works", async ({ page, open }) => {
  await open("#dataset=new-arrivals&country=BIH&months=2018-01..2018-12");
  await reads(total(page), "24,067 arrivals");
});

test("made-up figures say so in every chart, tile, sentence, table, quote and file", async ({ page, open }) => {
  await open(`${example}${link({ dataset: "new-arrivals", country: "SRB" })}`);
  await reads(page.getByRole("note"), /^Illustrative These figures are made up/);
  await reads(page.getByRole("region", { name: /at a glance/i }), "Illustrative");
  await reads(page.getByRole("region", { name: "In words" }).first(), "Illustrative, not a real figure:");
  await reads(total(page), "Illustrative");
  const charts = page.locator('[part="chart"]').getByRole("group");
  const spokenOf = await charts.evaluateAll((all) =>
    all.filter((group) => group.querySelector("canvas")).map((group) => group.innerText.replace(/\s+/g, " ")),
  );
  assert.ok(spokenOf.length >= 4);
  for (const words of spokenOf) assert.match(words, /^Illustrative\. /);
  for (const row of await page.getByRole("region", { name: "Table" }).getByRole("row").all().then((rows) => rows.slice(1))) {
    assert.match(await row.innerText(), /Illustrative/);
  }
  await page.getByRole("button", { name: "Quote", exact: true }).click();
  const quote = page.getByRole("dialog", { name: "Quote" });
  await reads(quote, "Illustrative, not a real figure:");
  await reads(quote, "illustrative, not real figures");
  await quote.getByRole("button", { name: "Close" }).click();
  await panel(page, /^Illustrative|^New arrivals by month/).first().waitFor();
});

test("each language is offered by its name, tells the figures its own way, and stays for the next visit", async ({ page, open, context }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-12" }));
  const root = page.locator('mixed-movements [part="root"]');
  const picker = root.getByRole("combobox").first();
  assert.deepEqual(await picker.getByRole("option").allInnerTexts(), ["English", "Français", "العربية", "Shqip", "Bosanski", "Македонски", "Srpski"]);
  for (const [name, tag, words, kosovo] of [
    ["Shqip", "sq", /24[\u00a0]067 mbërritje/, "Kosova (S/RES/1244 (1999))"],
    ["Bosanski", "bs", /24\.067 dolazaka/, "Kosovo (S/RES/1244 (1999))"],
    ["Македонски", "mk", /24\.067 пристигнувања/, "Косово (S/RES/1244 (1999))"],
    ["Srpski", "sr-Latn", /24\.067 dolazaka/, "Kosovo (S/RES/1244 (1999))"],
  ]) {
    await picker.selectOption({ label: name });
    await until(name, async () => (await root.getAttribute("lang")) === tag);
    await until("the page says it too", async () => (await page.locator("html").getAttribute("lang")) === tag);
    await followed(page);
    assert.ok(words.test((await page.locator('mixed-movements [part="total"]').innerText()).replaceAll("\n", " ")), `${name}: ${await page.locator('mixed-movements [part="total"]').innerText()}`);
    assert.ok(await page.getByRole("checkbox", { name: kosovo }).count(), `${name}: ${kosovo}`);
  }
  await picker.focus();
  await page.keyboard.press("Home"); // by keyboard alone
  await until("English", async () => (await root.getAttribute("lang")) === "en");
  await picker.selectOption({ label: "Srpski" });
  await until("Srpski", async () => (await root.getAttribute("lang")) === "sr-Latn");
  const again = await context.newPage();
  await again.goto(new URL("./", page.url()).href);
  await ready(again);
  assert.equal(await again.locator('mixed-movements [part="root"]').getAttribute("lang"), "sr-Latn");
  const sent = await context.newPage(); // a link's language wins
  await sent.goto(new URL("./#v1&lang=fr", page.url()).href);
  await ready(sent);
  await until("Français", async () => (await sent.locator('mixed-movements [part="root"]').getAttribute("lang")) === "fr");
});

test("a choice of language works where storage is refused", async ({ page, open, context }) => {
  await context.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("refused", "SecurityError"); } });
  });
  await open();
  const root = page.locator('mixed-movements [part="root"]');
  await root.getByRole("combobox").first().selectOption({ label: "Shqip" });
  await until("Shqip", async () => (await root.getAttribute("lang")) === "sq");
});

test("titles, dimensions and notes are in the reader's language where the publisher gives them in it", async ({ page, open }) => {
  await open(`?src=data/western-balkans-example.json${link({ dataset: "accommodation", country: "SRB", lang: "fr" })}`);
  const title = page.getByRole("heading", { level: 1, name: "Balkans occidentaux : un exemple aux chiffres inventés" });
  await title.waitFor();
  const says = (element) => element.evaluate((found) => found.closest("[lang]").lang);
  assert.equal(await says(title), "fr");
  const tabs = page.getByRole("tab");
  assert.deepEqual(await tabs.locator("span").allInnerTexts(), ["Nouvelles arrivées", "Personnes présentes", "Asile", "Hébergement"]);
  assert.equal(await says(tabs.locator("span").last()), "fr");
  await page.getByRole("group", { name: /^Type d’hébergement chiffres/ }).waitFor();
  const note = page.getByRole("listitem").filter({ hasText: "Les chiffres sont inventés pour montrer" }).locator("span").first();
  assert.equal(await says(note), "fr");
  await page.getByRole("combobox", { name: "Langue" }).selectOption("ar");
  await page.getByRole("heading", { level: 1, name: "غرب البلقان: مثال بأرقام مختلقة" }).waitFor();
  await page.getByRole("listitem").filter({ hasText: "الأرقام مختلقة" }).first().waitFor();
  await page.getByRole("combobox", { name: "اللغة" }).selectOption("en");
  await page.getByRole("heading", { level: 1, name: "Western Balkans: an example with made-up figures" }).waitFor();
});

test("the language is switched to French and Arabic and back; the page keeps its view", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-12" }));
  await page.getByRole("combobox", { name: "Language" }).selectOption("fr");
  await reads(page.getByRole("region", { name: "Total" }), /24[\u00a0\u202f ]067 arrivées/);
  const root = page.locator('mixed-movements [part="root"]');
  assert.equal(await root.getAttribute("lang"), "fr");
  assert.equal(await root.getAttribute("dir"), "ltr");
  await page.getByRole("combobox", { name: "Langue" }).selectOption("ar");
  await page.getByRole("heading", { level: 2, name: /[\u0600-\u06ff]/ }).first().waitFor();
  assert.equal(await root.getAttribute("dir"), "rtl");
  assert.equal(await root.getAttribute("lang"), "ar");
  await reads(page.getByRole("main"), /24[.,٬]067|٢٤٬٠٦٧/);
  const grid = await page.getByRole("table").first();
  assert.equal(await grid.evaluate((element) => getComputedStyle(element).direction), "rtl");
  await page.reload();
  assert.match(page.url(), /lang=ar/);
  await page.getByRole("heading", { level: 2, name: /[\u0600-\u06ff]/ }).first().waitFor();
  await page.locator('mixed-movements [part="root"]').getByRole("combobox").first().selectOption("en");
  await reads(live(page), "Bosnia and Herzegovina · January to December 2018: 12 of 12 figures published.");
  assert.equal(await root.getAttribute("dir"), "ltr");
  await chart(page, /^New arrivals by month/).waitFor();
});

test("in each language the window's title is its own, and the publisher's words say that they are English", async ({ page, open }) => {
  const label = "Western Balkans: refugees, asylum-seekers and other people in mixed movements";
  for (const [lang, title] of [["en", `${label}, edition January 2024`], ["fr", `${label}, édition janvier 2024`], ["ar", `${label}، إصدار كانون الثاني/يناير 2024`]]) {
    await page.goto("about:blank");
    await open(link({ dataset: "new-arrivals", country: "BIH SRB", lang }));
    await until(title, async () => (await page.title()) === title);
    const english = await page.locator("mixed-movements").evaluate((element) => {
      const told = [];
      const walker = document.createTreeWalker(element.shadowRoot, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const lang = node.parentElement.closest("[lang]").lang;
        if (/\b(the|and|of|are|with|by)\b/i.test(node.data) && !node.parentElement.closest("option") && lang !== "en" && !node.parentElement.closest(":host > style")) told.push(`${lang}: ${node.data}`);
      }
      return told;
    });
    assert.deepEqual(english, [], `English that says it is ${lang}`);
    assert.equal(await page.getByRole("heading", { level: 1, name: label }).getAttribute("lang"), "en");
    assert.equal(await page.getByRole("tab").nth(3).locator("span").first().getAttribute("lang"), "en");
  }
});

test("of two languages chosen one after the other the last one stays, whichever comes first", async ({ page, open }) => {
  await page.route("**/locales/fr.json", async (route) => {
    await new Promise((done) => setTimeout(done, 800));
    await route.continue();
  });
  await open(link({ dataset: "new-arrivals" }));
  const root = page.locator('mixed-movements [part="root"]');
  const picker = root.getByRole("combobox").first();
  const late = page.waitForResponse("**/locales/fr.json");
  await picker.selectOption("fr");
  await picker.selectOption("sq");
  await until("Albanian", async () => (await root.getAttribute("lang")) === "sq");
  await late;
  await followed(page);
  assert.equal(await root.getAttribute("lang"), "sq");
  assert.match(page.url(), /lang=sq/);
  assert.equal(await picker.inputValue(), "sq");
});

test("a link followed on the page brings its language with it", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", lang: "fr" }));
  const root = page.locator('mixed-movements [part="root"]');
  assert.equal(await root.getAttribute("lang"), "fr");
  await page.evaluate(() => { location.hash = "#v1&dataset=new-arrivals&country=SRB&lang=ar"; });
  await until("Arabic", async () => (await root.getAttribute("lang")) === "ar" && (await root.getAttribute("dir")) === "rtl");
  await page.goBack();
  await until("French", async () => (await root.getAttribute("lang")) === "fr" && (await root.getAttribute("dir")) === "ltr");
});

test("a step back closes the dialog that tells of the view before it", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals" }));
  await place(page, /^Serbia/).check();
  await reads(live(page), /^Serbia/);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Share" });
  assert.match(await dialog.getByRole("textbox", { name: "Address" }).inputValue(), /country=SRB/);
  await page.goBack();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Share", exact: true }).click();
  assert.doesNotMatch(await dialog.getByRole("textbox", { name: "Address" }).inputValue(), /country=/);
});
