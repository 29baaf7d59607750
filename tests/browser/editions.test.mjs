// Editions: a page on an old one says that a newer one exists and what changed of the figures in view; a link
// opens the edition that it was made for.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { assert, root, test, until } from "./harness.mjs";
import { link, live, reads, total } from "./reader.mjs";

const file = "western-balkans.json";
const old = "western-balkans-2023-12.json";

/** The position in a dataset's `value` of a figure by its codes. */
function position(dataset, codes) {
  return dataset.id.reduce((at, id, place) => {
    const index = dataset.dimension[id].category.index;
    return at * dataset.size[place] + index.indexOf(codes[id]);
  }, 0);
}

/** The edition before, beside the file: one figure not yet revised, one not yet there; and the index of both. */
async function beside(page) {
  const now = JSON.parse(await readFile(join(root, "www/data", file), "utf8"));
  const entry = (snapshot, href) => ({
    edition: snapshot.extension.mixedMovements.edition,
    label: snapshot.label,
    href,
    updated: snapshot.updated,
    publisher: snapshot.extension.mixedMovements.publisher,
    illustrative: false,
  });
  const newest = entry(now, file);
  Object.assign(now.extension.mixedMovements, { edition: "2023-12", previous: "2023-11" });
  now.updated = "2024-01";
  const arrivals = now.link.item.find((item) => item.extension.mixedMovements.id === "new-arrivals");
  const at = (month) => position(arrivals, { measure: "new-arrivals", country: "SRB", month });
  assert.equal(arrivals.value[at("2020-10")] > 0 && arrivals.value[at("2020-11")], 1638);
  arrivals.value[at("2020-11")] = 1600;
  if (Array.isArray(arrivals.value)) arrivals.value[at("2020-12")] = null;
  else delete arrivals.value[at("2020-12")];
  const json = (body) => ({ contentType: "application/json", body: JSON.stringify(body) });
  await page.route(`**/data/${old}`, (route) => route.fulfill(json(now)));
  await page.route("**/data/index.json", (route) => route.fulfill(json([newest, entry(now, old)])));
}

const serbia = link({ dataset: "new-arrivals", country: "SRB", from: "2020-10", to: "2020-12" });
const strip = (page) => page.getByRole("status").filter({ hasText: "A newer edition exists" });
const dialog = (page) => page.getByRole("dialog", { name: "What changed" });

test("a page on an old edition says so, and how many of the figures in view changed", async ({ page, open }) => {
  await beside(page);
  await open(`?src=data/${old}${serbia}`);
  await reads(strip(page), "A newer edition exists: January 2024. 2 of the 3 figures in view changed.");
  await strip(page).getByRole("button", { name: "What changed" }).click();
  const rows = dialog(page).getByRole("table").first().getByRole("row");
  await reads(dialog(page), "Up to the edition January 2024");
  assert.deepEqual(
    (await rows.allInnerTexts()).map((row) => row.split(/\s*\t\s*/).map((cell) => cell.trim())),
    [
      ["Figure", "What", "Before", "After", "Difference"],
      ["Serbia, November 2020", "revised", "1,600", "1,638", "+38"],
      ["Serbia, December 2020", "added", "–", "878", ""],
    ],
  );
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: "Download as CSV" }).first().click();
  const csv = await readFile(await (await download).path(), "utf8");
  assert.match(csv, /\r\nnew-arrivals,new-arrivals,SRB,2020-11,"Serbia, November 2020",revised,2023-12,1600,"1,600",2024-01,1638,"1,638",38\r\n/);
  await dialog(page).getByRole("button", { name: "Close" }).click();
  await strip(page).getByRole("button", { name: "Open it" }).click();
  await strip(page).waitFor({ state: "detached" });
  await reads(page.getByRole("banner"), /Edition\s*January 2024/);
  await reads(live(page), /^Serbia · October to December 2020: 3 of 3/);
  assert.match(page.url(), /edition=2024-01/);
  await page.goBack();
  await reads(strip(page), "2 of the 3 figures in view changed.");
});

test("a page that stays open learns of an edition at another address, offers it, and goes on showing its own", async ({ page, open, context, quiet }) => {
  await beside(page);
  // Until now the index lists nothing newer.
  const both = [];
  await page.route("**/data/index.json", async (route) => {
    if (both.length) return route.fallback();
    const index = await (await route.fetch()).json().catch(() => []);
    await route.fulfill({ contentType: "application/json", body: JSON.stringify(index.filter(({ edition }) => edition !== "2024-01")) });
  });
  await open(`?src=data/${old}${serbia}`);
  const edition = page.getByRole("banner");
  await reads(edition, /Edition\s*December 2023/);
  assert.equal(await strip(page).count(), 0);
  await page.locator("[slot=tools]").waitFor(); // who listens to the network
  both.push(true);
  await context.setOffline(true);
  await context.setOffline(false);
  await reads(strip(page), "A newer edition exists: January 2024. 2 of the 3 figures in view changed.");
  await reads(edition, /Edition\s*December 2023/);
  await reads(total(page), "at least 4,303 arrivals");
  quiet.console = quiet.console.filter((line) => !/fetching the script/.test(line)); // the worker's, without a network
  assert.ok(page.url().includes(old) && !page.url().includes("edition="));
  await strip(page).getByRole("button", { name: "Open it" }).click();
  await reads(edition, /Edition\s*January 2024/);
});

test("a filter whose figures did not change is told so", async ({ page, open }) => {
  await beside(page);
  await open(`?src=data/${old}${link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-12" })}`);
  await reads(strip(page), "None of the figures in view changed.");
});

test("a link opens the edition it was made for, where the index lists it", async ({ page, open }) => {
  await beside(page);
  await open(`${serbia}&edition=2023-12`);
  await reads(page.getByRole("banner"), /Edition\s*December 2023/);
  await reads(strip(page), "A newer edition exists: January 2024.");
  await reads(total(page), "at least 4,303 arrivals");
});

test("the newest edition lists what changed since the one before, and the revisions it keeps", async ({ page, open }) => {
  await beside(page);
  await open(serbia);
  assert.equal(await strip(page).count(), 0);
  await page.getByRole("banner").getByRole("button", { name: "What changed" }).click();
  await reads(dialog(page), /Since the edition December 2023\s*2 of the 3 figures in view changed\./);
  await reads(dialog(page).getByRole("table").last(), /Serbia, November 2020\s*revised\s*1,649 \(edition November 2020\)\s*1,638 \(edition December 2020\)\s*-11/);
});

test("a revised figure has its earlier value in the tooltip and in speech", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "SRB", from: "2020-11", to: "2020-11" }));
  const plot = page.locator("figure.of-trend .plot");
  await plot.focus();
  await plot.press("ArrowRight");
  await reads(page.locator("figure.of-trend .tooltip"), /1,638.*revised.*Before: 1,649 \(edition November 2020\)/s);
  await until("the earlier value is spoken", async () =>
    /revised.*Before: 1,649 \(edition November 2020\)/s.test(await page.locator("[part=live]").innerText()));
});
