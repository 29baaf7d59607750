// Loading, and what may go wrong with the file: what happened, where, and how to go on.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, dist, ready, test, until } from "./harness.mjs";
import { explore, live, reads } from "./reader.mjs";

const good = readFileSync(join(dist, "data/western-balkans.json"));
const file = "**/data/western-balkans.json";
const changed = (change) => {
  const snapshot = JSON.parse(good);
  change(snapshot);
  return JSON.stringify(snapshot);
};
const first = "link.item[0]";

const faults = [
  ["there is no such file", { status: 404, body: "Not found" }, /^The figures were not found/, /check the attribute “src”/],
  ["the server is in trouble", { status: 503, body: "" }, /^The server did not give the figures/, /503[\s\S]*Try again later\./],
  ["a page comes instead of the file", { contentType: "text/html", body: "<!doctype html><title>Moved</title>" }, /^The file is not JSON/, /byte|line/],
  ["the file was cut short", { body: good.subarray(0, 20_000) }, /^The file is not JSON/, /byte/],
  ["the file is JSON, but no statistics", { body: '{"hello":["world"]}' }, /^The file is not JSON-stat/, /snapshot-format/],
  ["a size does not match", { body: changed((s) => (s.link.item[0].size[1] += 1)) }, /^The file does not fit together/, new RegExp(first.replace(/[[\].]/g, "\\$&"))],
  ["the version is of the future", { body: changed((s) => (s.version = "9.0")) }, /^The file is of a version that this page does not know/, /version/],
  ["there is nothing in it", { body: changed((s) => (s.link.item = [])) }, /^The file holds no figures/, /link\.item/],
];

for (const [what, answer, title, place] of faults) {
  test(`when ${what}, the page says so, where, and how to go on`, async ({ page, open, quiet }) => {
    await page.route(file, (route) => route.fulfill({ contentType: "application/json", ...answer }));
    await open("", { ready: false });
    const alert = page.getByRole("alert");
    const words = await reads(alert, title);
    assert.match(words, /western-balkans\.json/);
    assert.match(words, place);
    assert.equal(await explore(page).count(), 0); // no figure of it is shown
    assert.equal(await page.locator("mixed-movements:state(error)").count(), 1);
    await page.unroute(file);
    await alert.getByRole("button", { name: "Try again" }).click();
    await reads(live(page), /figures published\./);
    await ready(page);
    assert.equal(await alert.count(), 0);
    quiet.console.length = 0; // the browser's own line on a status
  });
}

test("without a network the page says so, and goes on when it is back", async ({ page, open, quiet }) => {
  await page.route(file, (route) => route.abort());
  await open("", { ready: false });
  await reads(page.getByRole("alert"), /^The figures could not be fetched .*See whether you are connected/);
  await page.unroute(file);
  await page.getByRole("button", { name: "Try again" }).click();
  await reads(live(page), /figures published\./);
  quiet.console.length = 0;
});

test("while the file is on its way the page says how far it is", async ({ page, serve }) => {
  let go;
  const held = new Promise((done) => (go = done));
  const server = await serve({ folder: dist });
  await page.route(file, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(server.url);
  const status = page.getByRole("status");
  await reads(status, /^Loading the figures .*kB/);
  assert.equal(await explore(page).count(), 0);
  go();
  await reads(live(page), /figures published\./);
  await until("loading is gone", async () => (await status.filter({ hasText: "Loading" }).count()) === 0);
});

test("a reader opens a file of their own, which stays in the browser", async ({ page, open }) => {
  await open();
  const asked = [];
  page.on("request", (request) => asked.push(`${request.method()} ${request.url()} ${request.postData() ?? ""}`.trim()));
  await page.getByLabel("Open a file").setInputFiles({
    name: "mine.json", mimeType: "application/json", buffer: readFileSync(join(dist, "data/western-balkans-example.json")),
  });
  await reads(page.getByRole("note").first(), "These figures come from mine.json");
  await reads(page.getByRole("heading", { level: 1 }), "an example with made-up figures");
  // Map shapes, and what the app keeps and says for later without a network: the page's own snapshot, its words.
  const own = /^GET (?:blob:|\S+\/(?:shapes|locales)\/|\S+\/data\/western-balkans\.json$)/;
  assert.deepEqual(asked.filter((request) => !own.test(request)), []);
});

test("a file of the reader's that is none is said to be so", async ({ page, open }) => {
  await open();
  await page.getByLabel("Open a file").setInputFiles({ name: "letter.json", mimeType: "application/json", buffer: Buffer.from("Dear reader") });
  await reads(page.getByRole("alert"), /^The file is not JSON .*letter\.json › byte 1/);
  await page.getByRole("button", { name: "Back to this page’s figures" }).click();
  await reads(live(page), /figures published\./);
});
