// Taking figures away: files, pictures, quotes, links, and the code that puts the view on another page.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, test } from "./harness.mjs";
import { chart, example, link, panel, reads } from "./reader.mjs";

const autumn = link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" });
const clipboard = { context: { permissions: ["clipboard-read", "clipboard-write"] } };

/** Chooses from a menu, and gives the name and the bytes of what is saved. */
async function take(page, button, item) {
  await button.click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: item }).first().click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}
const menu = (page) => page.getByRole("button", { name: "Download", exact: true });
const more = (page, name) => panel(page, name).first().getByRole("button", { name: /^More/ });

/** RFC 4180, as any spreadsheet reads it. */
function rows(text) {
  const records = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const record = records.at(-1);
    const letter = text[at];
    if (letter === '"' && quoted && text[at + 1] === '"') (record[record.length - 1] += '"'), (at += 1);
    else if (letter === '"') quoted = !quoted;
    else if (letter === "," && !quoted) record.push("");
    else if (letter === "\n" && !quoted) records.push([""]);
    else if (letter !== "\r" || quoted) record[record.length - 1] += letter;
  }
  const [names, ...found] = records.filter((record) => record.length > 1);
  return found.map((record) => Object.fromEntries(names.map((name, at) => [name, record[at]])));
}

test("the CSV holds the figures on view with status, notes and sources, for spreadsheets too", async ({ page, open }) => {
  await open(autumn);
  const { name, bytes } = await take(page, menu(page), /^Table, CSV/);
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
  assert.equal(of("SRB", "2020-07").address, page.url());
  assert.ok(found.every((row) => row.illustrative === "false" && row.edition === "2024-01" && /^[0-9a-f]{64}$/.test(row.sha256)));
  assert.ok(!found.some((row) => row.value === "17244" || row.value === "17,244"));
});

test("made-up figures are marked in every row of the CSV, and in its name", async ({ page, open }) => {
  await open(`${example}${link({ dataset: "present", country: "SRB", from: "2023-12" })}`);
  const { name, bytes } = await take(page, menu(page), /^Table, CSV/);
  assert.match(name, /illustrative/);
  const found = rows(bytes.toString("utf8").slice(1));
  assert.ok(found.length && found.every((row) => row.illustrative === "true"));
});

test("the JSON-stat file of a view opens again, with the same figures", async ({ page, open }) => {
  await open(autumn);
  const { name, bytes } = await take(page, menu(page), /^JSON-stat/);
  assert.match(name, /\.json$/);
  assert.equal(JSON.parse(bytes).version, "2.0");
  await page.getByLabel("Open a file").setInputFiles({ name, mimeType: "application/json", buffer: bytes });
  await reads(page.getByRole("note"), `These figures come from ${name}`);
  await reads(page.getByRole("region", { name: "Table" }), /August 2020 .*4,000/);
});

test("pictures are saved with title, notes and source inside", async ({ page, open, context }) => {
  await open(autumn);
  const svg = await take(page, more(page, /^New arrivals by month/), /^Picture, SVG/);
  assert.match(svg.name, /_trend\.svg$/);
  const words = svg.bytes.toString("utf8");
  assert.match(words, /^<svg [^>]*role="img"/);
  for (const word of ["New arrivals", "Bosnia and Herzegovina", "Source"]) assert.ok(words.includes(word), word);
  const blank = await context.newPage(); // without the page's policy
  const problem = await blank.evaluate((text) => new DOMParser().parseFromString(text, "image/svg+xml").querySelector("parsererror")?.textContent, words);
  assert.equal(problem, undefined);
  const png = await take(page, more(page, /^New arrivals by month/), /^Picture, PNG/);
  assert.match(png.name, /_trend\.png$/);
  assert.deepEqual([...png.bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  assert.equal(png.bytes.readUInt32BE(16), 1920); // two pixels for each of 960
  assert.ok(png.bytes.length > 20_000);
});

test("a quote goes with its caveats and its source; alone only after a question", clipboard, async ({ page, open }) => {
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
  for (const part of ["at least 14,268 registered arrivals", "With the figure:", "Source: UNHCR", page.url()]) {
    assert.ok(all.includes(part), `${part}\n${all}`);
  }
  await quote.getByRole("button", { name: "Copy without the notes" }).click();
  await reads(quote, "Without its notes the figure can mislead.");
  const alone = quote.getByRole("button", { name: "Copy the sentence alone" });
  await alone.click();
  assert.ok(!(await page.evaluate(() => navigator.clipboard.readText())).includes("Source:"));
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
