// Servers and files that mean no good: what comes is a clear error or a correct page, and the page lives on.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { assert, dist, test, until } from "./harness.mjs";
import { explore, filters, live, place, reads, tab, table } from "./reader.mjs";

const good = readFileSync(join(dist, "data/western-balkans.json"));
const file = "data/odd.json";

/** dist/ with one file that a server in trouble answers. */
const troubled = (serve, answer) =>
  serve({ folder: dist, instead: (path, request, response) => path === file && (answer(response, request), true) });
const openAt = (page, server) => page.goto(`${server.url}?src=${file}`);
const json = { "content-type": "application/json" };

/** What the page can do after anything: open the file that it should have had. */
async function livesOn(page, quiet) {
  await page.getByLabel("Open a file").first().setInputFiles({ name: "good.json", mimeType: "application/json", buffer: good });
  await reads(page.getByRole("heading", { level: 1 }), "Western Balkans");
  await tab(page, /^Present/).click();
  await reads(live(page), /figures? published\./);
  quiet.console.length = 0; // the browser's own lines on what the server did
}

// ---------------------------------------------------------------- servers

test("a server that trickles is waited for, and the page says how far it is", async ({ page, serve }) => {
  let held = [];
  const server = await troubled(serve, async (response) => {
    response.writeHead(200, { ...json, "content-length": good.length });
    const step = Math.ceil(good.length / 40);
    for (let at = 0; at < good.length; at += step) {
      response.write(good.subarray(at, at + step));
      await new Promise((done) => setTimeout(done, 60));
      if (at === 10 * step) await new Promise((done) => held.push(done));
    }
    response.end();
  });
  await openAt(page, server);
  await reads(page.getByRole("status"), /^Loading the figures .*kB/);
  assert.equal(await explore(page).count(), 0);
  await until("the server waits", () => held.length);
  held.forEach((go) => go());
  await reads(live(page), /figures? published\./);
});

const troubles = [
  ["the connection breaks half way", (response) => {
    response.writeHead(200, { ...json, "content-length": good.length });
    response.write(good.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 200));
  }, /^The figures could not be fetched/],
  ["the body ends half way without a word", (response) => response.writeHead(200, json).end(good.subarray(0, 50_000)), /^The file is not JSON .*ends in the middle/],
  ["an error page comes with status 200", (response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>"), /^The file is not JSON .*web page/],
  ["redirects lead in a circle", (response) => response.writeHead(302, { location: file.split("/").pop() }).end(), /^The figures could not be fetched/],
  ["what is said to be compressed is not", (response) => response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(good), /^The figures could not be fetched/],
  ["what is compressed is not said to be", (response) => response.writeHead(200, { "content-type": "application/gzip" }).end(gzipSync(good)), /^The file is not JSON/],
  ["more bytes are announced than allowed", (response) => {
    response.writeHead(200, { ...json, "content-length": 1e12 });
    response.write("{");
  }, /bytes/],
  ["there is nothing at all", (response) => response.writeHead(204).end(), /^The file is not JSON .*empty/],
];
for (const [what, answer, words] of troubles) {
  test(`when ${what}, the page says what happened and lives on`, async ({ page, serve, quiet }) => {
    const server = await troubled(serve, answer);
    await openAt(page, server);
    await reads(page.getByRole("alert"), words, 20_000);
    assert.equal(await explore(page).count(), 0);
    await page.goto(server.url);
    await livesOn(page, quiet);
  });
}

test("a redirect, and a compressed file of the wrong type, are no trouble", async ({ page, serve }) => {
  let moved = false;
  const server = await troubled(serve, (response) => {
    if (!moved) return (moved = true), response.writeHead(302, { location: file.split("/").pop() }).end();
    response.writeHead(200, { "content-type": "text/html", "content-encoding": "gzip" }).end(gzipSync(good));
  });
  await openAt(page, server);
  await reads(live(page), /figures? published\./);
});

test("a body without end is left off at the limit", { timeout: 120_000 }, async ({ page, serve, quiet }) => {
  let sent = 0;
  let closed = 0;
  const chunk = Buffer.alloc(1 << 20, "[0,");
  const server = await troubled(serve, (response) => {
    response.writeHead(200, json);
    response.on("close", () => (closed += 1));
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      if (!response.destroyed) response.once("drain", () => ((sent += chunk.length), more()));
    };
    more();
  });
  await page.goto(server.url);
  const code = await page.evaluate(async (address) => {
    const { open, default: init } = await import(new URL("widget.js", location.href).href);
    await init();
    return open(address, { maxBytes: 3e6 }).catch((error) => error.code);
  }, server.url + file);
  assert.equal(code, "too-large");
  await until("the connection is closed", () => closed === 1);
  assert.ok(sent < 64e6, `${sent} bytes were sent`);
  await openAt(page, server);
  await reads(page.getByRole("alert"), /134,?217,?728|bytes/, 60_000);
  await until("the connection is closed", () => closed === 2);
  await page.goto(server.url);
  await livesOn(page, quiet);
});

// ---------------------------------------------------------------- files

const markup = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
const dataset = (more = {}, codes = ["A", "B"], labels = {}) => ({
  version: "2.0", class: "dataset", label: "Odd", id: ["country", "month"], size: [codes.length, 2],
  role: { geo: ["country"], time: ["month"] },
  dimension: {
    country: { label: "Country", category: { index: codes, ...(Object.keys(labels).length && { label: labels }) } },
    month: { label: "Month", category: { index: ["2023-12", "2024-01"] } },
  },
  value: codes.flatMap((_, at) => [at + 1, at + 2]),
  extension: { mixedMovements: { id: "odd", measures: { odd: { kind: "flow", counts: "events", unit: "arrivals", additivity: { country: "sum", month: "sum" } } } } },
  ...more,
});
const collection = (items, profile = {}) => ({
  version: "2.0", class: "collection", label: "Odd figures", updated: "2024-02-01",
  extension: { mixedMovements: { profile: 1, edition: "2024-01", publisher: "An office", ...profile } },
  link: { item: items },
});
const choose = (page, body, name = "odd.json") =>
  page.getByLabel("Open a file").first().setInputFiles({
    name, mimeType: "application/json", buffer: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });
/** How long the page takes to answer a press, in ms. */
async function answersWithin(page, most) {
  const start = Date.now();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  assert.ok(Date.now() - start < most, `the page stood still for ${Date.now() - start} ms`);
}

test("markup and scripts in labels, notes, links and file names stay text", { timeout: 120_000 }, async ({ page, open, quiet }) => {
  const changed = JSON.parse(good);
  const words = (value, key, up) => {
    if (typeof value === "string" && ["label", "text", "title", "publisher", "method", "licence", "contact", "unit", "description", "advice", "boundaries"].includes(key)) {
      up[key] = `${value} ${markup}`;
    } else if (key === "href") {
      up[key] = "javascript:document.title='run'";
    } else if (value && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) words(inner, name, value);
      if (key === "label") for (const name of Object.keys(value)) value[name] = `${value[name]} ${markup}`;
    }
  };
  words(changed, "", {});
  await open();
  await choose(page, changed, `${markup.replaceAll("/", "")}.json`);
  await reads(page.getByRole("heading", { level: 1 }), "<script>");
  await reads(page.getByRole("note").first(), "onerror=");
  for (const each of await page.getByRole("tab").all()) {
    await each.click();
    await reads(live(page), /figures? published\./);
  }
  const found = await page.locator("mixed-movements").evaluate((element) => ({
    elements: element.shadowRoot.querySelectorAll("img, script, iframe, object, [onerror]").length,
    links: [...element.shadowRoot.querySelectorAll("[href], [src], [action]")]
      .map((each) => each.getAttribute("href") ?? each.getAttribute("src") ?? each.getAttribute("action"))
      .filter((address) => /^\s*javascript:/i.test(address)),
    title: document.title,
  }));
  assert.equal(found.elements, 0);
  assert.deepEqual(found.links, []);
  assert.notEqual(found.title, "run");
  assert.deepEqual(quiet.violations, []);
});

test("codes that mean something to JavaScript are codes", async ({ page, open }) => {
  const codes = ["__proto__", "constructor", "toString", "hasOwnProperty", "then", "valueOf"];
  await open();
  const text = JSON.stringify(collection([dataset({}, codes)]));
  await choose(page, text);
  for (const code of codes) await place(page, code).check();
  await reads(live(page), /12 of 12 figures published|figures published/);
  const answer = await page.evaluate(async (text) => {
    const { parse, default: init } = await import(new URL("widget.js", location.href).href);
    await init();
    const snapshot = parse(new TextEncoder().encode(text));
    const where = JSON.parse('{"country":["__proto__","constructor"]}');
    const { groups: [group] } = snapshot.dataset("odd").query({ where, by: [["country"]] });
    snapshot.free();
    return [group.keys, [...group.values], {}.polluted === undefined];
  }, text);
  assert.deepEqual(answer, [[["__proto__"], ["constructor"]], [3, 5], true]);
});

test("ten thousand categories can be looked through and filtered", { timeout: 180_000 }, async ({ page, open }) => {
  const codes = Array.from({ length: 10_000 }, (_, at) => `C${at}`);
  await open();
  await choose(page, collection([dataset({}, codes)]));
  await reads(live(page), /figures published\./, 60_000);
  await answersWithin(page, 20_000);
  await page.goto(`${page.url().split("#")[0]}#v1&dataset=odd&country=C77`);
  await until("the page answers", async () => (await table(page).count()) > 0, 60_000);
  await answersWithin(page, 20_000);
});

test("a thousand datasets can be chosen from", { timeout: 180_000 }, async ({ page, open }) => {
  const items = Array.from({ length: 1_000 }, (_, at) => dataset({ label: `Dataset ${at}`, extension: { id: `d${at}` } }));
  await open();
  await choose(page, collection(items));
  await reads(live(page), /figures published\./, 60_000);
  await tab(page, /^Dataset 700\b/).click();
  await reads(live(page), /figures published\./, 30_000);
  await answersWithin(page, 20_000);
});

const files = {
  "nested 100,000 deep": ["[".repeat(100_000), /more than 127 levels/],
  "nested 100,000 deep inside a dataset": [JSON.stringify(dataset()).replace("[1,2,2,3]", "[".repeat(100_000)), /^The file is not JSON/],
  "made of half characters": ['{"class":"dataset","label":"\\ud800"}', /^The file is not JSON/],
  "with a number beyond all numbers": [JSON.stringify(dataset()).replace("[1,2,", "[1e400,2,"), /too large/],
  "that announces more than is allowed": [JSON.stringify(dataset()).replace('"size":[2,2]', '"size":[20000,20000]'), /400,000,000|more than|20,000/],
  "of nothing but zeros": ["\0".repeat(1000), /^The file is not JSON/],
};
for (const [what, [text, words]] of Object.entries(files)) {
  test(`a file ${what} is refused with a clear word, and the page lives on`, async ({ page, open, quiet }) => {
    await open();
    await choose(page, text);
    await reads(page.getByRole("alert"), words, 20_000);
    await page.getByRole("button", { name: "Back to this page’s figures" }).click();
    await reads(live(page), /figures? published\./);
    assert.deepEqual(quiet.errors, []);
  });
}

test("members that stand twice, and -0, are read as JSON has it", async ({ page, open }) => {
  await open();
  const text = JSON.stringify(collection([dataset()]));
  await choose(page, text.replace('"label":"Odd figures"', '"label":"First","label":"Second"').replace("[1,2,2,3]", "[-0,2,2,3]"));
  await reads(page.getByRole("heading", { level: 1 }), "Second");
  const words = await table(page).innerText();
  assert.doesNotMatch(words, /[-−]0\b/);
  await filters(page).waitFor();
});
