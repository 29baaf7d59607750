// Taking figures away: files, pictures, quotes, links, and the code that puts the view on another page.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, dist, followed, test, until } from "./harness.mjs";
import { chart, example, link, month, panel, reads, rows, unzip } from "./reader.mjs";

const autumn = link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" });
const clipboard = { context: { permissions: ["clipboard-read", "clipboard-write"] } };

const bytesOf = async (download) => ({ name: download.suggestedFilename(), bytes: readFileSync(await download.path()) });

/** Saves figures by the dialog, and gives the name and the bytes of the file. */
async function take(page, format, { scope = "This view", hxl = false } = {}) {
  await page.getByRole("button", { name: "Download", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Download" });
  await dialog.getByRole("radio", { name: scope }).check();
  await dialog.getByRole("radio", { name: format }).check();
  if (hxl) await dialog.getByRole("checkbox", { name: /HXL/ }).check();
  const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Save" }).click()]);
  const file = await bytesOf(download);
  await reads(dialog.getByRole("status"), `Saved as ${file.name}`);
  await page.keyboard.press("Escape");
  return file;
}
const more = (page, name) => panel(page, name).first().getByRole("button", { name: /^More/ });

test("the CSV holds the figures on view with status, notes and sources, for spreadsheets too", async ({ page, open }) => {
  await open(autumn);
  const { name, bytes } = await take(page, /^Table, CSV/);
  assert.match(name, /^new-arrivals.*2024-01\.csv$/);
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const found = rows(bytes.toString("utf8").slice(1));
  const of = (country, month) => found.find((row) => row.country === country && row.month === month);
  assert.equal(found.filter((row) => row.country && row.month).length, 10);
  assert.deepEqual([of("SRB", "2020-07").value, of("SRB", "2020-08").value, of("BIH", "2020-10").value], ["3197", "4000", "1087"]);
  assert.equal(of("BIH", "2020-07").value, ""); // nothing published is not zero
  assert.match(of("SRB", "2020-08").flags, /rounded/);
  assert.match(of("SRB", "2020-11").flags, /revised/);
  assert.ok(of("SRB", "2020-07").source_texts && of("SRB", "2020-07").note_texts.includes("newcomers"));
  assert.equal(of("SRB", "2020-07").address, `${page.url()}&edition=2024-01`);
  assert.ok(found.every((row) => row.illustrative === "false" && row.edition === "2024-01" && /^[0-9a-f]{64}$/.test(row.sha256)));
  assert.ok(!found.some((row) => row.value === "17244" || row.value === "17,244"));
});

test("made-up figures are marked in every row of the CSV, and in its name", async ({ page, open }) => {
  await open(`${example}${link({ dataset: "present", country: "SRB", from: "2023-12" })}`);
  const { name, bytes } = await take(page, /^Table, CSV/);
  assert.match(name, /illustrative/);
  const found = rows(bytes.toString("utf8").slice(1));
  assert.ok(found.length && found.every((row) => row.illustrative === "true"));
});

test("the JSON-stat file of a view opens again, with the same figures", async ({ page, open }) => {
  await open(autumn);
  const { name, bytes } = await take(page, /^JSON-stat/);
  assert.match(name, /\.json$/);
  assert.equal(JSON.parse(bytes).version, "2.0");
  await page.getByLabel("Open a file").setInputFiles({ name, mimeType: "application/json", buffer: bytes });
  await reads(page.getByRole("note"), `These figures come from ${name}`);
  await reads(page.getByRole("region", { name: "Table" }), /August 2020 .*4,000/);
});

test("files of a comparison hold both sides, told apart, and the difference that the page shows", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-06" }));
  await page.getByRole("button", { name: "Compare with another choice" }).click();
  await month(page, "to").fill("2018-12");
  await page.keyboard.press("Enter");
  await month(page, "From").fill("2018-07");
  await page.keyboard.press("Enter");
  const comparison = page.getByRole("table", { name: "Comparison" });
  await reads(comparison, /B Bosnia and Herzegovina · July to December 2018/);
  const told = (await comparison.getByRole("row", { name: /^B minus A/ }).getByRole("cell").innerText()).trim();
  const ratio = (await comparison.getByRole("row", { name: /^B divided by A/ }).getByRole("cell").innerText()).trim();
  const { name, bytes } = await take(page, /^Table, CSV/);
  assert.match(name, /^new-arrivals_compared_2024-01\.csv$/);
  const found = rows(bytes.toString("utf8").slice(1));
  const of = (side, row) => found.filter((known) => known.side === side && known.row === row);
  assert.deepEqual([of("A", "figure").length, of("B", "figure").length, found.length], [6, 6, 14]);
  assert.deepEqual(of("A", "figure").map(({ month }) => month), ["2018-01", "2018-02", "2018-03", "2018-04", "2018-05", "2018-06"]);
  assert.ok(of("B", "figure").every(({ side_label: label }) => label === "Bosnia and Herzegovina · July to December 2018"));
  const [[a], [b]] = [of("A", "total"), of("B", "total")];
  assert.equal(Number(b.value) - Number(a.value), Number(b.difference));
  assert.equal(`+${Number(b.difference).toLocaleString("en")} arrivals`, told);
  assert.ok(ratio.startsWith(Number(b.ratio).toFixed(2)), `${ratio}: ${b.ratio}`);
  const workbook = sheets((await take(page, /^Workbook, Excel/)).bytes);
  assert.deepEqual(workbook.figures[0].slice(0, 3), ["side", "side_label", "row"]);
  assert.ok(workbook.notes.some(([subject, text]) => subject === "B minus A" && text === told), JSON.stringify(workbook.notes));
  const { name: file, bytes: stat } = await take(page, /^JSON-stat/);
  await page.getByLabel("Open a file").setInputFiles({ name: file, mimeType: "application/json", buffer: stat });
  const tabs = page.getByRole("tab");
  await reads(tabs.first(), /A: Bosnia and Herzegovina · January to June 2018/);
  await reads(tabs.last(), /B: Bosnia and Herzegovina · July to December 2018/);
});

test("of sides that are not comparable the files have the reason and no difference", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11", compare: "country:BIH;from:2020-07;to:2020-11" }));
  const refused = await page.getByRole("table", { name: "Comparison" }).getByRole("row", { name: /^B minus A/ }).getByRole("cell").innerText();
  const found = rows((await take(page, /^Table, CSV/)).bytes.toString("utf8").slice(1));
  assert.equal(found.at(-1).difference_refusal, refused.trim());
  assert.ok(found.every((row) => row.difference === "" && row.ratio === ""));
});

test("a row of HXL tags stands below the header where the reader asks for it, and only in a CSV", async ({ page, open }) => {
  await open(autumn);
  const { bytes } = await take(page, /^Table, CSV/, { hxl: true });
  const [header, tags] = bytes.toString("utf8").slice(1).split("\r\n").map((line) => line.split(","));
  assert.equal(header.length, tags.length);
  assert.ok(tags.every((tag) => tag.startsWith("#")), tags.join(" "));
  assert.equal(tags[header.indexOf("value")], "#indicator+value+num");
  await page.getByRole("button", { name: "Download", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Download" });
  await dialog.getByRole("radio", { name: /^JSON-stat/ }).check();
  assert.ok(await dialog.getByRole("checkbox", { name: /HXL/ }).isDisabled());
});

test("the CSV of the whole edition holds every dataset", async ({ page, open }) => {
  await open(autumn);
  const { bytes } = await take(page, /^Table, CSV/, { scope: /^Whole edition/ });
  const found = rows(bytes.toString("utf8").slice(1));
  const datasets = new Set(found.map((row) => row.dataset));
  for (const dataset of ["new-arrivals", "present", "asylum", "registered-arrivals"]) assert.ok(datasets.has(dataset), dataset);
  assert.equal(found.filter((row) => row.value === "" && row.lower).length, 13, "ranges");
  assert.ok(found.every((row) => row.publisher === "UNHCR, the UN Refugee Agency" && row.provisional === "true"));
  assert.ok(found.length > 500 && found.every((row) => row.sha256 && row.edition === "2024-01"));
});

test("a workbook is made by code that is loaded when it is asked for, with numbers as numbers and the notes on a sheet", async ({ page, open }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await open(autumn);
  assert.ok(!asked.some((path) => path.includes("xlsx")), asked.join(" "));
  const { name, bytes } = await take(page, /^Workbook, Excel/);
  assert.ok(asked.some((path) => /xlsx-[0-9a-f]+\.wasm$/.test(path)));
  assert.match(name, /^new-arrivals.*2024-01\.xlsx$/);
  const { figures, notes, sources } = sheets(bytes);
  const [header, ...body] = figures;
  const of = (country, month) => {
    const row = body.find((row) => row[header.indexOf("country")] === country && row[header.indexOf("month")] === month);
    return Object.fromEntries(header.map((column, at) => [column, row[at]]));
  };
  assert.equal(body.length, 10);
  assert.deepEqual([of("SRB", "2020-07").value, of("BIH", "2020-10").value], [3197, 1087]);
  assert.equal(of("BIH", "2020-07").value, undefined); // nothing published is no cell
  assert.match(of("SRB", "2020-08").flags, /rounded/);
  assert.equal(typeof of("SRB", "2020-08").month, "string");
  const told = Object.fromEntries(notes);
  assert.equal(told.Edition, "January 2024");
  assert.match(told["SHA-256 of the file"], /^[0-9a-f]{64}$/);
  assert.equal(told.Address, `${page.url()}&edition=2024-01`);
  assert.ok(notes.some(([subject, text]) => /^Notes/.test(subject) && text.includes("newcomers")), JSON.stringify(notes));
  assert.ok(sources.length > 1 && sources[0].includes("publisher"));
  const whole = await take(page, /^Workbook, Excel/, { scope: /^Whole edition/ });
  const all = sheets(whole.bytes).figures;
  assert.ok(all.length > 500);
  assert.equal(typeof all[1][all[0].indexOf("value")], "number");
});

/** The cells of a workbook's sheets, as its zipped XML tells them. */
function sheets(bytes) {
  const files = unzip(bytes);
  const text = (xml) => [...xml.matchAll(/<t(?: [^>]*)?>([^<]*)<\/t>/g)].map(([, found]) => found).join("");
  const plain = (xml) => xml.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  const shared = [...files.get("xl/sharedStrings.xml").matchAll(/<si>(.*?)<\/si>/gs)].map(([, item]) => plain(text(item)));
  const column = (cell) => [.../[A-Z]+/.exec(cell)[0]].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  const read = (name) =>
    [...files.get(name).matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
      const cells = [];
      for (const [, place, attributes, value] of row.matchAll(/<c r="([A-Z]+\d+)"([^>]*)><v>([^<]*)<\/v><\/c>/g)) {
        cells[column(place)] = attributes.includes('t="s"') ? shared[Number(value)] : Number(value);
      }
      return cells;
    });
  assert.ok(![...files.keys()].some((name) => /<f>/.test(files.get(name))), "no cell is a formula");
  const [figures, notes, sources] = [1, 2, 3].map((number) => read(`xl/worksheets/sheet${number}.xml`));
  return { figures, notes, sources };
}

/** Opens the dialog in which a chart is saved as a picture. */
async function pictureOf(page, name) {
  await more(page, name).click();
  await page.getByRole("menuitem", { name: "Picture" }).click();
  return page.getByRole("dialog", { name: "Picture" });
}

test("pictures are saved with title, notes, source, edition, address and hash inside", clipboard, async ({ page, open, context }) => {
  await open(autumn);
  const dialog = await pictureOf(page, /^New arrivals by month/);
  await dialog.getByRole("img", { name: /^New arrivals by month/ }).waitFor(); // as it will be saved
  const save = async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Save" }).click()]);
    return bytesOf(download);
  };
  for (const times of [1, 2, 3, 4]) {
    await dialog.getByRole("radio", { name: new RegExp(`^${times}×.*${times * 960} ×`) }).check();
    const { name, bytes } = await save();
    assert.match(name, /_2024-01_trend\.png$/);
    assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    assert.equal(bytes.readUInt32BE(16), times * 960);
    assert.ok(bytes.length > 20_000);
  }
  await dialog.getByRole("button", { name: "Copy the picture" }).click();
  await reads(dialog.getByRole("status"), "Copied");
  const copied = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const picture = await createImageBitmap(await item.getType("image/png"));
    return [item.types, picture.width];
  });
  assert.deepEqual(copied, [["image/png"], 3840]);
  await dialog.getByRole("radio", { name: /SVG/ }).check();
  assert.equal(await dialog.getByRole("radio", { name: /^1×/ }).count(), 0); // it has no pixels
  const svg = await save();
  assert.match(svg.name, /_2024-01_trend\.svg$/);
  const words = svg.bytes.toString("utf8");
  assert.match(words, /^<svg [^>]*role="img"/);
  const hash = createHash("sha256").update(readFileSync(join(dist, "data/western-balkans.json"))).digest("hex");
  for (const word of ["New arrivals", "Bosnia and Herzegovina", "Source", "edition January 2024", `SHA-256 ${hash}`]) assert.ok(words.includes(word), word);
  const drawn = [...words.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text.replaceAll("&amp;", "&")).join("");
  assert.ok(drawn.includes(`${page.url()}&edition=2024-01`), drawn);
  const blank = await context.newPage(); // without the page's policy
  const problem = await blank.evaluate((text) => new DOMParser().parseFromString(text, "image/svg+xml").querySelector("parsererror")?.textContent, words);
  assert.equal(problem, undefined);
});

test("a quote goes with its caveats and its source; alone only after a question", clipboard, async ({ page, open, context }) => {
  await open(autumn);
  await page.getByRole("button", { name: "Quote", exact: true }).click();
  const quote = page.getByRole("dialog", { name: "Quote" });
  await reads(quote, "came to at least 14,268 registered arrivals");
  await reads(quote, /With the figure: rounded, revised/);
  await reads(quote, "Source: UNHCR, the UN Refugee Agency, Western Balkans");
  const copied = async (button) => {
    await quote.getByRole("button", { name: button }).click();
    await quote.getByRole("button", { name: "Copied" }).first().waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const all = await copied("Copy all");
  const parts = ["at least 14,268 registered arrivals", "With the figure:", "Source: UNHCR", "edition January 2024", `${page.url()}&edition=2024-01`];
  for (const part of parts) assert.ok(all.includes(part), `${part}\n${all}`);
  assert.ok(all.split("\n").every((line, at, lines) => lines.indexOf(line) === at), `each line once\n${all}`);
  const [types, html] = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return [[...item.types].sort(), await (await item.getType("text/html")).text()];
  });
  assert.deepEqual(types, ["text/html", "text/plain"]);
  const blank = await context.newPage(); // without the page's policy
  const rich = await blank.evaluate((html) => {
    const read = new DOMParser().parseFromString(html, "text/html");
    return { quoted: read.querySelector("blockquote").textContent, link: read.querySelector("a").href, text: read.body.textContent };
  }, html);
  await blank.close();
  assert.ok(rich.quoted.includes("at least 14,268 registered arrivals") && rich.text.includes("With the figure:"), JSON.stringify(rich));
  assert.equal(rich.link, `${page.url()}&edition=2024-01`);
  await quote.getByRole("button", { name: "Copy without the notes" }).click();
  await reads(quote, "Without its notes the figure can mislead.");
  const alone = quote.getByRole("button", { name: "Copy the sentence alone" });
  await alone.click();
  const taken = await until("the sentence alone is copied", async () => {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    return !text.includes("Source:") && text;
  });
  assert.match(taken, /at least 14,268 registered arrivals/);
});

test("a quote of a comparison tells both sides, difference and ratio, and the caveats of both, as plain and as rich text", clipboard, async ({ page, open, context }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2020-09", to: "2020-11", compare: "country:SRB;from:2020-10;to:2020-11" }));
  await reads(page.getByRole("region", { name: "Comparison" }), "No difference: A is about 2 months, B about 3 months.");
  await page.getByRole("button", { name: "Quote", exact: true }).click();
  await reads(page.getByRole("dialog", { name: "Quote" }), /A: .*in Serbia .*B: .*in Bosnia and Herzegovina .*No difference: A is about 2 months, B about 3 months\./);
  await page.keyboard.press("Escape");
  await page.goto(new URL(link({ dataset: "new-arrivals", country: "BIH", from: "2020-09", to: "2020-10", compare: "country:SRB;from:2020-09;to:2020-10" }), page.url()).href);
  await reads(page.getByRole("region", { name: "Comparison" }), "B minus A");
  // Also where the sentences stand on the page.
  const block = page.getByRole("group", { name: "In words" });
  await reads(block, /A: .*in Serbia .* came to 5,433\. .*B: .*in Bosnia and Herzegovina .* came to 2,976\. .*B minus A: -2,457 arrivals\. B divided by A: 0\.55 \(-45%\)\./);
  await block.getByRole("button", { name: "Quote with notes" }).click();
  const quote = page.getByRole("dialog", { name: "Quote" });
  await quote.getByRole("button", { name: "Copy all" }).click();
  await quote.getByRole("button", { name: "Copied" }).first().waitFor();
  const [plain, html] = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return [await (await item.getType("text/plain")).text(), await (await item.getType("text/html")).text()];
  });
  const blank = await context.newPage(); // without the page's policy
  const rich = await blank.evaluate((html) => new DOMParser().parseFromString(html, "text/html").body.textContent, html);
  await blank.close();
  const parts = ["came to 5,433.", "came to 2,976.", "B minus A: -2,457 arrivals.", "0.55 (-45%)", "newcomers", "Source: UNHCR", "edition January 2024", "compare=country:SRB"];
  for (const part of parts) {
    assert.ok(plain.includes(part), `${part}\n${plain}`);
    assert.ok(rich.includes(part), `${part}\n${rich}`);
  }
});

test("figures that are marked and copied do not run into the numbers of their notes", clipboard, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-12" }));
  await page.getByRole("rowheader", { name: "June 2018" }).waitFor();
  await followed(page);
  // The clipboard is the browser's, and may still hold what the test before has copied.
  const waiting = "not copied yet";
  await page.evaluate((words) => navigator.clipboard.writeText(words), waiting);
  const text = await until("the page is copied", async () => {
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("ControlOrMeta+c");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    return text !== waiting && text;
  });
  assert.match(text, /\[\d\]2,295\b/);
  assert.match(text, /some 1,300\[\d\]/);
  assert.doesNotMatch(text, /\d2,295|1,300\d/);
});

test("a citation is copied short, or long with date, address and hash", clipboard, async ({ page, open }) => {
  await open(autumn);
  await page.getByRole("button", { name: "Quote", exact: true }).click();
  const quote = page.getByRole("dialog", { name: "Quote" });
  const copied = async (button) => {
    await quote.getByRole("button", { name: button }).click();
    await quote.getByRole("button", { name: "Copied" }).first().waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const short = await copied("Copy short citation");
  assert.match(short, /^UNHCR, the UN Refugee Agency, Western Balkans: .*, edition January 2024\.$/);
  const long = await copied("Copy long citation");
  assert.match(long, /New arrivals, edition January 2024, published .*2024, http.*, SHA-256 [0-9a-f]{64}\.$/);
});

test("the code for an edition that stays names its file and the edition", clipboard, async ({ page, open, site }) => {
  await open(autumn);
  await page.getByRole("button", { name: "Embed", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Embed" });
  const code = (name) => dialog.getByRole("textbox", { name }).inputValue();
  assert.ok(!(await code(/element/i)).includes("2024-01.json") && !(await code(/element/i)).includes("edition="));
  await dialog.getByRole("radio", { name: /^The edition January 2024 only/ }).check();
  const file = `${site.url}data/western-balkans-2024-01.json`;
  await until("the file of the edition", async () => (await code(/element/i)).includes(file));
  assert.match(await code(/element/i), / edition="2024-01"/);
  assert.ok((await code(/frame/i)).includes(encodeURIComponent(file)) && (await code(/frame/i)).includes("edition=2024-01"));
  const [live, frozen] = await Promise.all(["western-balkans.json", "western-balkans-2024-01.json"].map((name) => page.request.get(`${site.url}data/${name}`).then((found) => found.text())));
  assert.equal(frozen, live);
});

/** A page as it is printed, as text, and how many pages of paper it has. */
async function printed(page) {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return { pdf, pages: pdf.match(/\/Type\s*\/Page\b(?!s)/g).length };
}

for (const [what, address] of [
  ["the opening view", ""],
  ["a comparison", link({ dataset: "new-arrivals", country: "BIH", from: "2019-01", to: "2019-12", compare: "country:BIH;from:2018-01;to:2018-12" })],
  ["another language", link({ dataset: "present", lang: "ar" })],
]) {
  test(`${what} is printed on two pages, its charts whole`, async ({ page, open }) => {
    await open(address);
    assert.ok((await printed(page)).pages <= 2);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const figures = page.locator("mixed-movements figure").filter({ visible: true });
    await until("the charts are laid out for paper", () =>
      figures.last().locator(".plot canvas").evaluate((canvas) => canvas.width === 3 * 860));
    for (const figure of await figures.all()) {
      const [split, height] = await figure.evaluate((node) => [getComputedStyle(node).breakInside, node.getBoundingClientRect().height]);
      assert.equal(split, "avoid");
      assert.ok(height < 1017, "a figure that fits on a page"); // A4 less its margins
    }
  });
}

test("a print is light and short, with the notes and the address and without controls", { context: { colorScheme: "dark", viewport: { width: 390, height: 800 } } }, async ({ page, open }) => {
  await open(autumn);
  const { pdf, pages } = await printed(page);
  assert.ok(pages <= 2, `${pages} pages`); // from a phone, too
  assert.match(pdf, /\/MediaBox\s*\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/); // A4
  const root = page.locator('mixed-movements [part="root"]');
  assert.match(await root.getAttribute("class"), /\bdark\b/); // again, as the screen was
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await until("light", async () => !/\bdark\b/.test(await root.getAttribute("class")));
  const ink = await root.getByRole("heading", { level: 1 }).evaluate((heading) => getComputedStyle(heading).color);
  assert.equal(ink, "rgb(27, 33, 38)");
  assert.deepEqual(await page.getByRole("button", { name: /^(Download|Share|Quote|Embed|More)/ }).filter({ visible: true }).allInnerTexts(), []);
  const words = await root.innerText();
  for (const part of ["January 2024 at a glance", "New arrivals by month", "No total for the two countries", "October 2020", "Notes", `${page.url()}&edition=2024-01`]) assert.ok(words.includes(part), part);
  assert.ok(!words.includes("year on year"), "only the first chart is printed");
});

test("a link of last year still shows its view", async ({ page, open }) => {
  await open("#dataset=new-arrivals&country=BIH+SRB&months=2020-07..2020-11");
  await reads(chart(page, /^New arrivals by month/), /Serbia: 5 of 5 periods published/);
  assert.equal(await page.getByText("Not in this edition").count(), 0);
});

test("the code of the embed dialog shows the same view when it is pasted into a page elsewhere", clipboard, async ({ page, open, serve, context }) => {
  await open(autumn);
  await more(page, /^New arrivals by month/).click();
  await page.getByRole("menuitem", { name: "Embed this" }).click();
  const dialog = page.getByRole("dialog", { name: "Embed" });
  const code = (name) => dialog.getByRole("textbox", { name }).inputValue();
  const folder = mkdtempSync(join(tmpdir(), "host-"));
  try {
    writeFileSync(join(folder, "frame.html"), `<!doctype html><link rel="icon" href="data:,"><title>A newspaper</title><h1>News</h1>${await code(/frame/i)}`);
    writeFileSync(join(folder, "element.html"), `<!doctype html><link rel="icon" href="data:,"><title>A newspaper</title><h1>News</h1>${await code(/element/i)}`);
    const paper = await serve({ folder });
    const other = await context.newPage();
    await other.goto(`${paper.url}element.html`);
    await reads(chart(other, /^New arrivals by month/), /Serbia: 5 of 5 periods published/);
    await other.getByText("Not an official publication.").waitFor();
    await other.goto(`${paper.url}frame.html`);
    const frame = other.frameLocator("iframe");
    await reads(chart(frame, /^New arrivals by month/), /Serbia: 5 of 5 periods published/);
    await other.waitForFunction(() => document.querySelector("iframe").height !== "520");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
