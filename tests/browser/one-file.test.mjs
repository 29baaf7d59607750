// The page as one file: opened from the disk, without a server and without any request.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assert, dist, ready, test, until } from "./harness.mjs";
import { chart, link, place, reads, table } from "./reader.mjs";

const title = "Western Balkans: refugees, asylum-seekers and other people in mixed movements";

/** Opens a file from the disk; gives the addresses it asked for. */
async function opened(page, path, view = "") {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(path).href + view);
  await ready(page);
  return asked;
}

test("one file works from the disk with all but links, and asks nobody", async ({ page, context }) => {
  const asked = await opened(page, join(dist, "one-file.html"), link({ dataset: "new-arrivals", country: "BIH SRB" }));
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  await reads(page.getByRole("status").filter({ hasText: "one file" }), "Edition January 2024 · in one file");
  assert.equal(await page.title(), `${title}, edition January 2024`);
  await chart(page, /by month/).first().waitFor();
  await place(page, /^Serbia/).uncheck();
  await until("the view is in the address", () => page.url().includes("country=BIH"));
  await reads(table(page), "Bosnia and Herzegovina");
  await page.getByRole("button", { name: "Download", exact: true }).click();
  const files = page.getByRole("dialog", { name: "Download" });
  const saved = async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      files.getByRole("button", { name: "Save", exact: true }).click(),
    ]);
    return readFileSync(await download.path());
  };
  const csv = (await saved()).toString();
  assert.match(csv, /in one file/);
  assert.doesNotMatch(csv, /file:/);
  await files.getByRole("radio", { name: /^Workbook/ }).check();
  assert.equal((await saved()).subarray(0, 2).toString(), "PK");
  await files.getByRole("button", { name: "Close" }).click();
  // Without an address that others could open there is nothing to share or to embed.
  for (const name of ["Share", "Embed"]) assert.equal(await page.getByRole("button", { name, exact: true }).count(), 0);
  await page.getByRole("button", { name: "Quote", exact: true }).click();
  const quote = await reads(page.getByRole("dialog", { name: "Quote" }), "in one file");
  assert.doesNotMatch(quote, /file:/);
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Language" }).selectOption("fr");
  await reads(page.getByRole("status").filter({ hasText: "fichier" }), "Édition janvier 2024 · en un seul fichier");
  await page.reload();
  await ready(page);
  assert.deepEqual([...new Set(asked.map((address) => address.split("#")[0]))], [pathToFileURL(join(dist, "one-file.html")).href]);
});

test("one file draws the map from the shapes inside", async ({ page }) => {
  const asked = await opened(page, join(dist, "one-file.html"), link({ dataset: "present", view: "map" }));
  await chart(page, /by country|by place/).first().waitFor();
  await until("the map is drawn", async () => (await page.locator("canvas").count()) > 0);
  assert.equal(asked.length, 1);
});

test("the edition on the screen is saved as one file, which is the same figures", async ({ page, open, context }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB" }));
  const hash = await reads(page.getByRole("contentinfo"), /SHA-256 of the file:\s*[0-9a-f]{64}/);
  await page.getByRole("button", { name: "Download", exact: true }).click();
  // It stands in a slot of the dialog, hence is found from the page.
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as one file" }).click(),
  ]);
  assert.equal(file.suggestedFilename(), "western-balkans_2024-01.html");
  await reads(page.getByRole("status").filter({ hasText: ".html" }), /western-balkans_2024-01\.html, [\d.]+ [kM]B/);
  const folder = mkdtempSync(join(tmpdir(), "mixed-movements-file-"));
  try {
    const path = join(folder, file.suggestedFilename());
    await file.saveAs(path);
    const other = await context.newPage();
    const asked = await opened(other, path);
    await reads(other.getByRole("status").filter({ hasText: "one file" }), "Edition January 2024 · saved this minute · in one file");
    const [, copied] = /([0-9a-f]{64})/.exec(await reads(other.getByRole("contentinfo"), /[0-9a-f]{64}/));
    assert.ok(hash.includes(copied));
    // Its links lead to the page it came from.
    await other.getByRole("button", { name: "Share", exact: true }).click();
    assert.match(await other.getByRole("textbox", { name: "Address" }).inputValue(), new RegExp(`^${page.url().split("#")[0]}`));
    assert.equal(asked.length, 1);
    await other.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
