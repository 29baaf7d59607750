// Measures the engine and the page beside the libraries that a web developer would pick instead, in headless
// Chromium, and writes the table of docs/performance.md.
//
//   node bench/run.mjs [--quick] [--print] [--minutes=N] [part...]
//
// Parts: engine, page; a peer's or a size's name measures it alone. `--quick` takes fewer steps, `--print`
// leaves docs/performance.md alone, `--minutes` ends the whole. Each part has a limit of time; what is not
// done by then is told as such. All figures of a table come from one run: compare ratios, not runs.
import { createServer } from "node:http";
import { readFile, writeFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { launch } from "../tests/browser/harness.mjs";
import { SIZES, cube, jsonStat, plain, steps } from "./cube.mjs";

const bench = dirname(fileURLToPath(import.meta.url));
const root = resolve(bench, "..");
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const isQuick = process.argv.includes("--quick");
const PEERS = ["ours", "handwritten", "crossfilter2", "arquero", "duckdb"];
// As an element with one view, as the page until its first chart stands there, and until its program has drawn it.
const OURS = ["ours", "app", "program"];
const CHARTS = [...OURS, "svg", "plot", "vega", "echarts", "plotly"];
const KINDS = ["random", "brush", "toggle"];
const NAMES = {
  ours: "mixed-movements", handwritten: "handwritten array", crossfilter2: "crossfilter2", arquero: "Arquero", duckdb: "DuckDB-Wasm",
  app: "mixed-movements, the app's page", program: "the app's page, drawn by the program", svg: "inline SVG, no library", plot: "Observable Plot", vega: "vega-embed", echarts: "ECharts", plotly: "Plotly",
};
// Most steps of a kind by size, most milliseconds for them, and most milliseconds for a peer at one size in all.
const LIMITS = isQuick
  ? { steps: { small: 400, middle: 90, large: 45 }, kind: 2_000, peer: 30_000, loads: 3 }
  : { steps: { small: 1_000, middle: 300, large: 150 }, kind: 15_000, peer: 150_000, loads: 5 };

const chosen = (list) => (list.some((name) => words.includes(name)) ? list.filter((name) => words.includes(name)) : list);
const asks = (part) => !["engine", "page"].some((word) => words.includes(word)) || words.includes(part);
const median = (list) => quantile(list, 0.5);
function quantile(list, share) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
const begun = Date.now();
const minutes = Number(process.argv.find((word) => word.startsWith("--minutes="))?.split("=")[1] ?? (isQuick ? 15 : 55));
const say = (text) => process.stderr.write(`bench, ${((Date.now() - begun) / 1000).toFixed(0)} s: ${text}\n`);

if (!existsSync(join(root, "dist/widget.js"))) throw new Error("dist/ is not built. Run: make dist");

// ------------------------------------------------------------------ what the pages get

const files = new Map(); // what is made here, by path
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".wasm": "application/wasm", ".css": "text/css" };
const packed = new Map();

async function serve() {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    let body = files.get(path);
    const folder = path.startsWith("/dist/") ? root : bench;
    if (!body && !path.includes("..")) body = await readFile(join(folder, path)).catch(() => undefined);
    if (!body) return response.writeHead(404).end();
    const fields = {
      "content-type": types[extname(path)] ?? "application/octet-stream",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "public, max-age=3600",
    };
    // The pages as static hosts send them; the cubes plain, since loading is measured from loopback.
    if (request.headers["x-bench"] !== "plain" && !path.startsWith("/cube-") && /br/.test(request.headers["accept-encoding"] ?? "")) {
      if (!packed.has(path)) packed.set(path, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      body = packed.get(path);
      fields["content-encoding"] = "br";
    }
    response.writeHead(200, { ...fields, "content-length": body.length }).end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => (server.closeAllConnections(), server.close()) };
}

async function bundle(folder, name) {
  const { outputFiles } = await build({
    entryPoints: [join(bench, folder, `${name}.js`)],
    bundle: true, write: false, minify: true, format: "esm", target: "chrome120", logLevel: "error",
    external: ["/dist/widget.js"], nodePaths: [join(bench, "node_modules")],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return Buffer.from(outputFiles[0].contents);
}

// ------------------------------------------------------------------ the engine

async function measureEngine(site) {
  const results = {};
  for (const size of chosen(Object.keys(SIZES))) {
    say(`making the cube of ${SIZES[size].join(" × ")}`);
    const made = cube(size);
    files.set(`/cube-${size}.json`, Buffer.from(jsonStat(made)));
    const plan = {};
    for (const kind of KINDS) {
      plan[kind] = steps(size, kind, LIMITS.steps[size]).map((step) => ({ ...step, expected: plain(made, step) }));
    }
    files.set(`/steps-${size}.json`, Buffer.from(JSON.stringify(plan)));
    results[size] = {};
    for (const peer of chosen(PEERS)) {
      try {
        results[size][peer] = await withLimit(LIMITS.peer, (closing) => measurePeer(site, size, peer, closing));
      } catch (error) {
        results[size][peer] = { failed: error.message.split("\n")[0] };
      }
      say(`${size}, ${peer}: ${JSON.stringify(results[size][peer], (_, value) => (typeof value === "number" ? +value.toPrecision(4) : value))}`);
    }
    files.delete(`/cube-${size}.json`);
  }
  return results;
}

async function withLimit(limit, work) {
  if (Date.now() > begun + minutes * 60_000) throw new Error("not measured: the time was up");
  let timer;
  const closing = [];
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not done after ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([work(closing), late]);
  } finally {
    clearTimeout(timer);
    for (const thing of closing) await thing.close().catch(() => {});
  }
}

// A browser of its own for each peer, so that none inherits another's heap.
async function openPeer(site, peer, closing) {
  const browser = await launch({ args: [...flags, "--enable-blink-features=ForceEagerMeasureMemory"] });
  closing.push(browser);
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  page.on("pageerror", (error) => say(`${peer}: ${error.message}`));
  await page.goto(`${site.origin}/peer-${peer}.html`);
  await page.waitForFunction(() => globalThis.peer && globalThis.measure);
  await page.evaluate(() => globalThis.peer.prepare());
  return { browser, page };
}

async function measurePeer(site, size, peer, closing) {
  const loads = [];
  let page;
  let browser;
  for (let at = 0; at < (["ours", "handwritten"].includes(peer) ? LIMITS.loads : 1); at += 1) {
    if (browser) await browser.close();
    ({ browser, page } = await openPeer(site, peer, closing));
    loads.push(await page.evaluate((url) => globalThis.measure.load(url), `/cube-${size}.json`));
  }
  const result = {
    load: { total: median(loads.map((l) => l.total)), after: median(loads.map((l) => l.after)), arrived: median(loads.map((l) => l.arrived)) },
  };
  for (const kind of KINDS) {
    const times = await page.evaluate(
      async ({ url, kind, limit }) => globalThis.measure.steps((await (await fetch(url)).json())[kind], limit),
      { url: `/steps-${size}.json`, kind, limit: LIMITS.kind },
    );
    // The first step of a kind sets all filters anew, and before a third is done browsers still compile.
    const counted = times.slice(Math.ceil(times.length / 3));
    result[kind] = { median: median(counted), p95: quantile(counted, 0.95), num: counted.length };
  }
  // What the steps' answers to compare with took is not the peer's.
  result.memory = await page.evaluate(() => globalThis.measure.memory());
  return result;
}

// ------------------------------------------------------------------ the page

const isPage = (chart) => ["app", "program"].includes(chart);

async function measurePage(site) {
  const results = {};
  for (const chart of chosen(CHARTS)) {
    try {
      results[chart] = await withLimit(120_000, (closing) => measureChart(site, chart, closing));
    } catch (error) {
      results[chart] = { failed: error.message.split("\n")[0] };
    }
    say(`page, ${chart}: ${JSON.stringify(results[chart])}`);
  }
  return results;
}

async function measureChart(site, chart, closing) {
  const [cold, warm] = [[], []];
  let bytes = 0;
  for (let at = 0; at < (isQuick ? 3 : 5); at += 1) {
    const browser = await launch({ args: flags });
    closing.push(browser);
    const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
    page.setDefaultTimeout(60_000);
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    await session.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 });
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    if (OURS.includes(chart)) await page.addInitScript({ path: join(bench, "painted.js") });
    for (const list of [cold, warm]) {
      await page.goto(`${site.origin}${isPage(chart) ? "/dist/index.html" : `/chart-${chart}.html`}`, { waitUntil: "commit" });
      const noted = chart === "app" ? "standing" : "painted";
      await page.waitForFunction((noted) => globalThis[noted], noted);
      list.push(await page.evaluate((noted) => globalThis[noted], noted));
      if (list === cold) cold.bytes = bytes;
    }
    await browser.close();
  }
  return { cold: median(cold), warm: median(warm), bytes: cold.bytes };
}

// ------------------------------------------------------------------ the table

const milliseconds = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3));
const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

function row(cells) {
  return `| ${cells.join(" | ")} |`;
}

function engineTable(results) {
  const lines = [];
  for (const [size, byPeer] of Object.entries(results)) {
    const cells = SIZES[size].reduce((product, length) => product * length, 1);
    lines.push(`### ${cells.toLocaleString("en")} cells (${SIZES[size].join(" × ")})`, "");
    lines.push(row(["", "random change", "brush step", "toggle", "toggle, 95%", "load", "of it after the last byte", "memory"]));
    lines.push(row(["---", ...Array(7).fill("---:")]));
    for (const [peer, result] of Object.entries(byPeer)) {
      if (result.failed) {
        lines.push(row([NAMES[peer], result.failed, ...Array(6).fill("")]));
        continue;
      }
      lines.push(row([
        NAMES[peer], milliseconds(result.random.median), milliseconds(result.brush.median), milliseconds(result.toggle.median),
        milliseconds(result.toggle.p95), milliseconds(result.load.total), milliseconds(result.load.after), `${megabytes(result.memory)} MB`,
      ]));
    }
    const { ours } = byPeer;
    for (const peer of Object.keys(byPeer).filter((name) => name !== "ours")) {
      const their = byPeer[peer];
      if (!ours || ours.failed || their.failed) continue;
      const ratio = (a, b) => (b > 0 ? `${(a / b).toPrecision(2)} ×` : "");
      lines.push(row([
        `ours ÷ ${NAMES[peer]}`, ratio(ours.random.median, their.random.median), ratio(ours.brush.median, their.brush.median),
        ratio(ours.toggle.median, their.toggle.median), ratio(ours.toggle.p95, their.toggle.p95),
        ratio(ours.load.total, their.load.total), ratio(ours.load.after, their.load.after), ratio(ours.memory, their.memory),
      ]));
    }
    lines.push("");
  }
  return lines.join("\n");
}

function pageTable(results) {
  const lines = [row(["", "first chart, cold", "warm", "fetched, cold", "the app ÷ it, cold", "the app ÷ it, warm"]), row(["---", ...Array(5).fill("---:")])];
  for (const [chart, result] of Object.entries(results)) {
    if (result.failed) {
      lines.push(row([NAMES[chart], result.failed, "", "", "", ""]));
      continue;
    }
    const { app } = results;
    const ratio = (key) => (OURS.includes(chart) || !app || app.failed ? "" : `${(app[key] / result[key]).toPrecision(2)} ×`);
    lines.push(row([NAMES[chart], milliseconds(result.cold), milliseconds(result.warm), `${Math.round(result.bytes / 1000)} kB`, ratio("cold"), ratio("warm")]));
  }
  return lines.join("\n");
}

// ------------------------------------------------------------------ all of it

const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];
const site = await serve();
try {
  for (const name of ["measure", "memories"]) files.set(`/peers/${name}.js`, await readFile(join(bench, `peers/${name}.js`)));
  for (const peer of chosen(PEERS)) {
    files.set(`/peers/${peer}.js`, await bundle("peers", peer));
    files.set(`/peer-${peer}.html`, Buffer.from(`<!doctype html><meta charset="utf-8"><title>${peer}</title>
      <script src="/peers/memories.js"></script><script type="module">
      import * as peer from "/peers/${peer}.js"; import "/peers/measure.js"; globalThis.peer = peer;</script>`));
  }
  for (const chart of chosen(CHARTS).filter((chart) => !isPage(chart))) {
    let body = `<script type="module" src="/dist/widget.js"></script><mixed-movements src="/dist/data/western-balkans.json" dataset="new-arrivals" view="trend" country="BIH" lang="en"></mixed-movements>`;
    if (!OURS.includes(chart)) {
      files.set(`/charts/${chart}.js`, await bundle("charts", chart));
      body = `<div id="chart" style="width:720px;height:320px"></div><script type="module" src="/charts/${chart}.js"></script>`;
    }
    files.set(`/chart-${chart}.html`, Buffer.from(`<!doctype html><html lang="en"><meta charset="utf-8"><title>${chart}</title><body>${body}</body></html>`));
  }
  const tables = {};
  if (asks("engine")) tables.engine = engineTable(await measureEngine(site));
  if (asks("page")) tables.page = pageTable(await measurePage(site));
  for (const table of Object.values(tables)) console.log(`${table}\n`);
  if (!process.argv.includes("--print")) await writeTables(tables);
} finally {
  site.close();
}

/** Puts the tables between their marks in docs/performance.md, with what they were measured with. */
async function writeTables(tables) {
  const path = join(root, "docs/performance.md");
  let text = readFileSync(path, "utf8");
  const version = (name) => JSON.parse(readFileSync(join(bench, "node_modules", name, "package.json"), "utf8")).version;
  const versions = ["crossfilter2", "arquero", "@duckdb/duckdb-wasm", "@observablehq/plot", "vega-embed", "echarts", "plotly.js-dist-min"]
    .map((name) => `${name} ${version(name)}`).join(", ");
  const browser = await launch({ args: flags });
  tables.machine = `Chromium ${browser.version()} on ${cpus()[0].model.trim()}, ${cpus().length} cores; ${versions}; ${isQuick ? "the quick run" : "the full run"}.`;
  await browser.close();
  for (const [name, table] of Object.entries(tables)) {
    const mark = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    if (!mark.test(text)) throw new Error(`docs/performance.md has no place for ${name}`);
    text = text.replace(mark, (_, open, close) => `${open}\n${table.trimEnd()}\n\n${close}`);
  }
  await writeFile(path, text);
}
