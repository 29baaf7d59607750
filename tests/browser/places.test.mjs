// One figure in eight places: the tile, the mark, the tooltip, the table, the CSV, the SVG, the sentence and the
// words for a screen reader. The same value, the same flags and the same notes in each.
import { readFile } from "node:fs/promises";
import { assert, test, until } from "./harness.mjs";
import { link, reads, table, total } from "./reader.mjs";

const plain = (text) => text.replace(/\s+/g, " ").trim();
const spokenNumber = (text) => text.replace(/(\d),(\d)/g, "$1$2");

/** Rows of a CSV as objects. */
function rows(csv) {
  const all = [[""]];
  let quoted = false;
  for (const [at, letter] of [...csv.replace(/^\ufeff/, "")].entries()) {
    const row = all.at(-1);
    if (letter === '"') {
      if (quoted && csv.replace(/^\ufeff/, "")[at + 1] === '"') row[row.length - 1] += '"';
      else if (!(csv.replace(/^\ufeff/, "")[at - 1] === '"' && quoted)) quoted = !quoted;
      else quoted = !quoted;
    } else if (letter === "," && !quoted) row.push("");
    else if (letter === "\n" && !quoted) all.push([""]);
    else if (letter !== "\r" || quoted) row[row.length - 1] += letter;
  }
  const [header, ...body] = all.filter((row) => row.length > 1);
  return body.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at]])));
}

/** People assisted, made up: of one month the count is small, and withheld. */
const withheld = {
  version: "2.0", class: "collection", label: "People assisted, made up",
  extension: { mixedMovements: { profile: 1, edition: "2023-04", illustrative: true } },
  link: { item: [{
    class: "dataset", label: "People assisted", id: ["country", "month"], size: [2, 4], role: { geo: ["country"], time: ["month"] },
    dimension: {
      country: { label: "Country", category: { index: ["ALB", "BIH"], label: { ALB: "Albania", BIH: "Bosnia and Herzegovina" } } },
      month: { label: "Month", category: { index: ["2023-01", "2023-02", "2023-03", "2023-04"] } },
    },
    value: [14, 9, null, 17, 31, 25, 28, 30], status: { 2: "c" },
    extension: {
      status: { label: { c: "suppressed" } },
      mixedMovements: {
        id: "assisted",
        measures: { assisted: { label: "People assisted", kind: "flow", counts: "people", unit: "people", suppressed: { c: [0, 4] }, additivity: { country: "sum", month: "sum" } } },
        notes: [{ id: "small", text: "Counts below five are withheld so that nobody can be recognised.", mandatory: true, where: { country: ["ALB"] } }],
      },
    },
  }] },
};

/**
 * The set: what is walked, and what each place must hold. `shown` is the text of the figure, `flags` the words,
 * `notes` beginnings of the notes that hold.
 */
const figures = [
  { name: "an estimate, rounded", view: { dataset: "present", country: "REGION", from: "2024-01", to: "2024-01" }, shown: "some 4,800", flags: ["estimate", "rounded"] },
  { name: "a revised figure", view: { dataset: "new-arrivals", country: "SRB", from: "2020-11", to: "2020-11" }, shown: "1,638", flags: ["revised"] },
  { name: "a plain figure with a note", view: { dataset: "new-arrivals", country: "BIH", from: "2018-07", to: "2018-07" }, shown: null, flags: [] },
  { name: "a figure beside which another stands", view: { dataset: "accommodation", country: "BIH", from: "2021-05", to: "2021-05", where: "accommodation:CENTRES" }, shown: "3,651", flags: ["also 3,585"] },
  { name: "a made-up figure", source: "?src=data/western-balkans-example.json", view: { dataset: "present", country: "SRB", from: "2023-12", to: "2023-12" }, shown: null, flags: ["Illustrative"] },
  { name: "a small count that is withheld", source: "?src=data/withheld.json", file: withheld, view: { dataset: "assisted", country: "ALB", from: "2023-03", to: "2023-03" }, shown: "<5", spoken: "fewer than 5 people", flags: ["withheld: 0 to 4", "Illustrative"] },
];

for (const { name, source = "", file, view, shown, spoken, flags } of figures) {
  test(`in eight places the same: ${name}`, async ({ page, open, site }) => {
    if (file) await page.route("**/data/withheld.json", (route) => route.fulfill({ json: file }));
    await open(source + link(view));
    // The CSV is the reference: value, shown text, flags and notes in one row.
    const csv = await page.evaluate(async ([widget, file, view]) => {
      const { open } = await import(widget);
      const snapshot = await open(file);
      const where = { country: [view.country], month: { from: view.from, to: view.to } };
      if (view.where) where[view.where.split(":")[0]] = [view.where.split(":")[1]];
      const dataset = snapshot.dataset(view.dataset);
      const query = { measure: dataset.info.measures[0].id, where };
      const total = dataset.csv({ ...query, by: [[]] });
      const svg = dataset.svg({ ...query }, "trend", { width: 720 });
      const sentences = dataset.sentences(query);
      snapshot.free();
      return { total, svg, sentences };
    }, [new URL("widget.js", site.url).href, new URL(source ? source.slice("?src=".length) : "data/western-balkans.json", site.url).href, view]);
    const [row] = rows(csv.total);
    if (shown !== null) assert.equal(row.shown, shown);
    const words = row.flag_words.split("; ").filter(Boolean);
    for (const flag of flags) assert.ok(words.includes(flag), `${flag} in the CSV: ${row.flag_words}`);
    const notes = row.note_texts.split(" | ").filter(Boolean);
    const number = row.shown.replace(/^(at least )?(some )?/, "");
    const aloud = spoken ?? spokenNumber(number);
    // What holds for the whole page is said once, in its heading.
    const told = words.filter((word) => word !== "provisional");

    // The tile of what is chosen.
    const tile = await reads(total(page), row.shown);
    // Where the whole page is made up, its flag stands in the strip and at each panel too.
    for (const word of told) assert.ok(tile.includes(word), `${word} in the tile: ${tile}`);
    const marks = await total(page).getByRole("link", { name: /^Note/ }).count();
    assert.ok(marks >= (notes.length > 0 ? 1 : 0), "notes are marked at the tile");

    // The mark, its tooltip, and what a screen reader hears of it.
    const plot = page.locator("figure.of-trend .plot");
    await plot.focus();
    await plot.press("Home");
    const tip = await reads(page.locator("figure.of-trend .tooltip"), row.shown);
    for (const word of told) assert.ok(tip.includes(word), `${word} in the tooltip: ${tip}`);
    for (const note of notes) assert.ok(tip.includes(plain(note)), `a note in the tooltip: ${note}`);
    const heard = await until("the mark is spoken", async () => {
      const text = plain(await page.locator("[part=live]").innerText());
      return text.includes(aloud) && text;
    });
    for (const word of words) assert.ok(spokenNumber(heard).includes(spokenNumber(word)), `${word} is spoken: ${heard}`);
    const description = plain(await plot.locator("p.hidden-text").innerText());
    assert.ok(description.includes(aloud), `the figure in the chart's description: ${description}`);

    // The table.
    const cell = table(page).getByRole("cell").filter({ hasText: row.shown }).first();
    const written = plain(await cell.innerText());
    for (const word of told) assert.ok(plain(await cell.textContent()).includes(word), `${word} in the table: ${written}`);

    // The picture: the number at its mark, the notes in full, and the mark of what is made up.
    const svgText = plain(csv.svg.replace(/<[^>]+>/g, " ").replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">"));
    assert.ok(svgText.includes(number), `${number} in the picture: ${svgText}`);
    if (words.includes("Illustrative")) assert.match(svgText, /Illustrative|made up/i);
    for (const note of notes) {
      for (const word of note.split(/\s+/).filter((word) => word.length > 9)) {
        assert.ok(svgText.includes(word), `“${word}” of a note in the picture`);
      }
    }

    // The sentence, with the words that qualify it.
    const sentence = csv.sentences.join(" ");
    assert.ok(sentence.includes(row.shown), `the figure in the sentence: ${sentence}`);
    const said = { estimate: /estimat|^some|some /, rounded: /rounded|some /, revised: /revised/, Illustrative: /Illustrative/ };
    for (const word of told) if (said[word]) assert.match(sentence, said[word]);
  });
}

test("in eight places the same: a total that is refused", async ({ page, open, site }) => {
  const view = { dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" };
  await open(link(view));
  const taken = await page.evaluate(async ([widget, file]) => {
    const { open } = await import(widget);
    const snapshot = await open(file);
    const where = { country: ["BIH", "SRB"], month: { from: "2020-07", to: "2020-11" } };
    const dataset = snapshot.dataset("new-arrivals");
    const query = { measure: "new-arrivals", where, by: [[]] };
    const [group] = dataset.query(query).groups;
    const answer = { csv: dataset.csv(query), info: group.cells[0], sentences: dataset.sentences(query), lower: group.lower[0] };
    snapshot.free();
    return answer;
  }, [new URL("widget.js", site.url).href, new URL("data/western-balkans.json", site.url).href]);
  const [row] = rows(taken.csv);
  assert.deepEqual([row.value, row.shown, row.refusal, taken.lower], ["", "at least 14,268", "overlap", 14268]);
  const { info } = taken;
  assert.deepEqual([info.refusals[0].term, info.incomplete], ["not disjoint", true]);
  assert.deepEqual(info.alternatives.map(({ kind, category, value, lower }) => [kind, category ?? lower, value ?? null]).filter(([kind]) => kind !== "published-total"), [
    ["category", "BIH", 2976],
    ["category", "SRB", 14268],
    ["bounds", 14268, null],
  ]);
  const reason = row.refusal_reason.replace("No total for the two countries. ", "");
  const tile = await reads(total(page), "at least 14,268 registered arrivals");
  assert.ok(tile.includes(plain(reason)) && tile.includes("Use instead") && tile.includes("Serbia alone"), tile);
  const sentence = taken.sentences[0];
  assert.ok(sentence.includes("at least 14,268 registered arrivals") && sentence.toLowerCase().includes(reason.toLowerCase()), sentence);
  assert.ok(!taken.csv.includes(",14268,14,") && !/came to 14,268/.test(sentence), "nowhere a total");
  await page.locator("figure.of-trend").waitFor();
  const description = plain(await page.locator("figure.of-trend .plot p.hidden-text").innerText());
  assert.ok(description.includes("No total for") || description.includes("Serbia"), description);
});

test("a running total is offered where figures are added over time, and says why where they are not", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-12" }));
  const counted = () => page.locator("figure").getByRole("combobox", { name: "How figures are counted" });
  await counted().selectOption({ label: "Running total" });
  await reads(page.locator("figure.of-trend h3"), "running total");
  const plot = page.locator("figure.of-trend .plot");
  await plot.focus();
  await plot.press("Home");
  await plot.press("End");
  await reads(page.locator("figure.of-trend .tooltip"), /January to December 2018.*24,067/s);
  await open(link({ dataset: "present", country: "SRB" }));
  const refused = counted().getByRole("option", { name: /^Running total/ });
  await until("the reason", async () => /not offered: Not additive/.test(await refused.innerText()));
  assert.equal(await refused.isDisabled(), true);
});
