// The JavaScript API as a partner calls it: types in www/mixed-movements.d.ts, words in docs/embedding.md.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, dist, ready, test, watchMemory } from "./harness.mjs";

// Two places whose people may overlap, three months that add, two sexes that add; a stock; a file of which
// nobody declared anything.
const places = { label: "Place", category: { index: ["ALL", "A", "B"], label: { ALL: "All", A: "Place A", B: "Place B" }, child: { ALL: ["A", "B"] } } };
const months = { label: "Month", category: { index: ["2023-11", "2023-12", "2024-02"] } };
const shape = { class: "dataset", id: ["geo", "month"], size: [3, 3], role: { geo: ["geo"], time: ["month"] }, dimension: { geo: places, month: months } };
const small = {
  version: "2.0", class: "collection", label: "Small", updated: "2024-03-01",
  extension: { mixedMovements: { profile: 1, edition: "2024-02", publisher: "An office", sources: { S1: { title: "A table" } } } },
  link: { item: [
    { ...shape, label: "Arrivals", value: [null, null, null, 10, 20, 5, 7, null, 3], status: { 3: "e" },
      extension: { status: { label: { e: "estimated" } }, mixedMovements: { id: "arrivals",
        measures: { arrivals: { kind: "flow", counts: "events", unit: "arrivals", additivity: { geo: "overlap", month: "sum" },
          why: { geo: "The same person may arrive twice." } } },
        notes: [{ id: "border", text: "Counted at the border.", where: { geo: ["B"] } }],
        provenance: { 4: ["S1"] } } } },
    { ...shape, label: "Present", value: [30, null, null, 10, 11, null, 20, 22, null],
      extension: { mixedMovements: { id: "present",
        measures: { present: { kind: "stock", counts: "people", unit: "people", additivity: { geo: "sum", month: "last" } } } } } },
    { version: "2.0", class: "dataset", label: "Somebody's", id: ["geo", "sex"], size: [2, 2],
      dimension: { geo: { category: { index: ["A", "B"] } }, sex: { category: { index: ["F", "M"] } } }, value: [1, 2, 3, 4] },
    { version: "2.0", class: "dataset", label: "Two measures", id: ["what", "geo"], size: [2, 2], role: { metric: ["what"], geo: ["geo"] },
      dimension: { what: { category: { index: ["x", "y"] } }, geo: { category: { index: ["A", "B"] } } }, value: [1, 2, 3, 4],
      extension: { mixedMovements: { id: "two" } } },
  ] },
};

/**
 * Registers a test of the API. `body(mm, given)` runs in the page: `mm` is the module after `init()`, with
 * `small()` parsed from the file above and `caught(step)`, what a step throws.
 */
function api(name, body, given, check = (answer, expected) => assert.deepEqual(answer, expected)) {
  test(name, async ({ page, host, site, quiet }) => {
    const { expected, noisy, ...rest } = typeof given === "function" ? await given({ page, site }) : given;
    await host("plain.html");
    const answer = await page.evaluate(
      async ({ widget, small, body, rest }) => {
        const mm = { ...(await import(widget)) };
        await mm.default();
        const bytes = new TextEncoder().encode(JSON.stringify(small));
        mm.bytes = bytes;
        mm.small = (options) => mm.parse(bytes, options);
        const told = (error) => [error instanceof Error, error.code, typeof error.message, error.path];
        mm.caught = (step) => {
          try {
            return step();
          } catch (error) {
            return told(error);
          }
        };
        mm.told = told;
        return (0, eval)(`(${body})`)(mm, rest);
      },
      { widget: `${site.url}widget.js`, small, body: body.toString(), rest },
    );
    await check(answer, expected);
    if (noisy) quiet.console.length = 0; // the browser's own lines on requests that failed
  });
}

test("a page without an element draws a chart of its own", async ({ page, host }) => {
  await host("api.html");
  await page.waitForFunction(() => "done" in document.documentElement.dataset);
  assert.equal(await page.locator("#months li").count(), 12);
  assert.equal(await page.locator("#total").textContent(), "24067 arrivals, 12 of 12 months");
});

test("a program that traps while a file is opened is told as an error, and so is what is asked after it", async ({ page, host, site, quiet }) => {
  await host("trap.html");
  await ready(page);
  const codes = await page.evaluate(async (base) => {
    const { open, parse } = await import(`${base}widget.js`);
    const code = (error) => error.code;
    const opening = await open(`${base}data/western-balkans.json`, { onProgress: () => (globalThis.trapping = true) }).then(() => "opened", code);
    globalThis.trapping = false;
    const again = await open(`${base}data/western-balkans.json`).then(() => "opened", code);
    let read = "read";
    try {
      parse(new Uint8Array());
    } catch (error) {
      read = code(error);
    }
    return [opening, again, read];
  }, site.url);
  assert.deepEqual(codes, ["stopped", "stopped", "stopped"]);
  await page.locator("#fallback").waitFor();
  quiet.errors.length = 0;
  quiet.console.length = 0;
});

test("before init() parse throws not-ready", async ({ page, host, site }) => {
  await host("many.html"); // its one element is too far below to start
  const told = await page.evaluate(async (widget) => {
    const mm = await import(widget);
    try {
      return mm.parse(new Uint8Array());
    } catch (error) {
      return [error instanceof Error, error.code, error.path];
    }
  }, `${site.url}widget.js`);
  assert.deepEqual(told, [true, "not-ready", ""]);
});

api("a snapshot tells what its datasets hold", (mm) => {
  const snapshot = mm.small();
  const [arrivals, , unnamed, two] = snapshot.datasets;
  return {
    edition: snapshot.edition,
    ids: snapshot.datasets.map(({ id }) => typeof id),
    arrivals: { ...arrivals, dimensions: arrivals.dimensions.map(({ id, label, role, categories }) => [id, label, role, categories]) },
    roles: two.dimensions.map(({ id, role }) => [id, role]),
    unknown: unnamed.measures.map(({ kind, additivity }) => [kind, additivity]),
    two: two.measures.map(({ id }) => id),
    same: mm.caught(() => [snapshot.dataset(0).info === arrivals, snapshot.dataset("arrivals").info === arrivals]),
    absent: [mm.caught(() => snapshot.dataset("nothing")), mm.caught(() => snapshot.dataset(-1)), mm.caught(() => snapshot.dataset(9))],
  };
}, { expected: {
  edition: "2024-02",
  ids: ["string", "string", "string", "string"],
  arrivals: {
    id: "arrivals", label: "Arrivals", illustrative: false, statusLabels: { e: "estimated" },
    dimensions: [
      ["geo", "Place", "geo", [{ code: "ALL", label: "All" }, { code: "A", label: "Place A", parent: "ALL" }, { code: "B", label: "Place B", parent: "ALL" }]],
      ["month", "Month", "time", ["2023-11", "2023-12", "2024-02"].map((code) => ({ code, label: code }))],
    ],
    measures: [{ id: "arrivals", label: "Arrivals", unit: "arrivals", kind: "flow", counts: "events", additivity: { geo: "overlap", month: "sum" } }],
  },
  roles: [["what", "metric"], ["geo", "geo"]],
  unknown: [["unknown", { geo: "unknown", sex: "unknown" }]],
  two: ["x", "y"],
  same: [true, true],
  absent: Array(3).fill([true, "unknown-dataset", "string", "dataset"]),
} }, (answer, expected) => {
  delete answer.arrivals.updated;
  assert.deepEqual(answer, expected);
});

api("groupings are answered at once, each as typed columns, row-major", (mm) => {
  const query = { where: { geo: ["A", "B"] }, by: [["month"], ["geo", "month"], ["geo"], []] };
  return mm.small().dataset("arrivals").query(query).groups.map((group) => ({
    by: group.by,
    forms: [group.values, group.positions, group.observed, group.of].map(({ constructor }) => constructor.name),
    values: [...group.values].map((value) => (Number.isNaN(value) ? "NaN" : value)),
    positions: [...group.positions],
    counts: [[...group.observed], [...group.of]],
    bounds: group.lower && [[...group.lower], [...group.upper]].map((bounds) => bounds.map((bound) => (Number.isNaN(bound) ? "NaN" : bound))),
    keys: group.keys,
    again: group.keys === group.keys && group.cells === group.cells,
  }));
}, { expected: [
  { by: ["month"], values: ["NaN", "NaN", "NaN"], positions: [0, 1, 2], counts: [[2, 1, 2], [2, 2, 2]], bounds: [[10, 20, 5], [17, "NaN", 8]], keys: [["2023-11"], ["2023-12"], ["2024-02"]] },
  { by: ["geo", "month"], values: [10, 20, 5, 7, "NaN", 3], positions: [1, 0, 1, 1, 1, 2, 2, 0, 2, 1, 2, 2], counts: [[1, 1, 1, 1, 0, 1], [1, 1, 1, 1, 1, 1]], bounds: undefined,
    keys: [["A", "2023-11"], ["A", "2023-12"], ["A", "2024-02"], ["B", "2023-11"], ["B", "2023-12"], ["B", "2024-02"]] },
  { by: ["geo"], values: [35, 10], positions: [1, 2], counts: [[3, 2], [3, 3]], bounds: undefined, keys: [["A"], ["B"]] },
  { by: [], values: ["NaN"], positions: [], counts: [[5], [6]], bounds: [[35], ["NaN"]], keys: [[]] },
].map((group) => ({ ...group, forms: ["Float64Array", "Uint32Array", "Uint32Array", "Uint32Array"], again: true })) });

api("cells tell statuses, notes, periods, refusals, and nothing of cells that have none", (mm) => {
  const snapshot = mm.small();
  const cells = (id, query) => snapshot.dataset(id).query(query).groups[0].cells;
  const [refused] = cells("arrivals", { where: { geo: ["A", "B"] } });
  return {
    status: cells("arrivals", { where: { geo: ["A"] }, by: [["month"]] }),
    note: cells("arrivals", { where: { geo: ["B"] } }).map(({ index, notes }) => [index, notes]),
    refused: refused.refusals.map(({ reason, dimension, message }) => [reason, dimension, message.includes("twice")]),
    alternatives: refused.alternatives.map(({ kind, category, observed, of }) => [kind, category, observed, of]),
    period: cells("present", { where: { geo: ["A"] } }).map(({ index, period, reducer }) => [index, period, reducer]),
    published: cells("present", { where: { month: ["2023-11"] } }).map(({ index, published }) => [index, published]),
    assumed: mm.small({ additivity: { sex: "sum" } }).dataset(2).query({ where: { geo: ["A"] } }).groups[0].cells.map(({ assumed }) => assumed),
    unknown: cells(2, { where: { geo: ["A"] } })[0].refusals.map(({ reason, dimension }) => [reason, dimension]),
    none: cells("arrivals", { where: { geo: [] }, by: [["geo"]] }),
  };
}, { expected: {
  // December has a source and nothing else: it is not listed.
  status: [{ index: 0, status: ["e"] }],
  note: [[0, ["Counted at the border."]]],
  refused: [["overlap", "geo", true]],
  alternatives: [["category", "A", 3, 3], ["category", "B", 2, 3], ["bounds", undefined, undefined, undefined]],
  period: [[0, "2023-12", "last"]],
  published: [[0, true]],
  assumed: [true],
  unknown: [["unknown", "sex"]],
  none: [],
} }, (answer, expected) => {
  answer.status = answer.status.map(({ index, status }) => ({ index, status }));
  assert.deepEqual(answer, expected);
});

api("filters are codes, positions or ranges whose ends need not exist; an empty list selects nothing", (mm) => {
  const dataset = mm.small().dataset("arrivals");
  const keys = (where, by = "month") => dataset.query({ where, by: [[by]] }).groups[0].keys.flat();
  return {
    codes: keys({ month: ["2024-02", "2023-11"] }),
    positions: keys({ month: new Uint32Array([2, 0]) }),
    range: keys({ month: { from: "2023-12", to: "2024-01" } }),
    open: [keys({ month: { from: "2024-01" } }), keys({ month: { to: "1999-12" } }), keys({ month: {} }).length],
    text: keys({ geo: { from: "AA", to: "AZ" } }, "geo"),
    empty: [keys({ month: [] }), keys({ month: new Uint32Array() })],
    ignored: keys({ month: undefined, geo: null }).length,
    nothing: [...dataset.query({ where: { month: [] } }).groups[0].values].map(String),
  };
}, { expected: {
  codes: ["2023-11", "2024-02"], positions: ["2023-11", "2024-02"], range: ["2023-12"],
  open: [["2024-02"], [], 3], text: ["ALL"], empty: [[], []], ignored: 3, nothing: ["NaN"],
} });

api("linked groupings ignore the filters on their own dimensions; top keeps the largest", (mm) => {
  const dataset = mm.small().dataset("arrivals");
  const answer = (query) => dataset.query(query).groups.map((group) => group.keys.map((key, i) => [...key, String(group.values[i])]));
  const where = { geo: ["A"], month: ["2023-11"] };
  return [
    answer({ where, by: [["geo"], ["month"]], linked: true }),
    answer({ where: { geo: ["B"] }, by: [["month"], ["geo"]], top: { month: 5, geo: undefined } }),
    answer({ where: { geo: ["A"] }, by: [["month"]], top: { month: 2 } }),
  ];
}, { expected: [
  [[["ALL", "NaN"], ["A", "10"], ["B", "7"]], [["2023-11", "10"], ["2023-12", "20"], ["2024-02", "5"]]],
  [[["2023-11", "7"], ["2024-02", "3"]], [["B", "10"]]],
  [[["2023-12", "20"], ["2023-11", "10"]]],
] });

api("what a query cannot mean is an Error with code, message and the place", (mm) => {
  const snapshot = mm.small();
  const arrivals = snapshot.dataset("arrivals");
  const two = snapshot.dataset("two");
  const code = (step) => {
    const [isError, code, message, path] = mm.caught(step);
    return isError && message === "string" ? `${code} ${path}` : "no error";
  };
  return [
    code(() => arrivals.query({ where: { geo: ["A", "Z"] } })),
    code(() => arrivals.query({ where: { geo: new Uint32Array([7]) } })),
    code(() => arrivals.query({ where: { place: ["A"] } })),
    code(() => arrivals.query({ where: { geo: "A" } })),
    code(() => arrivals.query({ where: { geo: new Set(["A"]) } })),
    code(() => arrivals.query({ where: { geo: new Uint8Array([1]) } })),
    code(() => arrivals.query({ where: { month: { since: "2023" } } })),
    code(() => arrivals.query({ where: { month: { from: "soon" } } })),
    code(() => arrivals.query({ by: [["place"]] })),
    code(() => arrivals.query({ by: [["geo", "geo"]] })),
    code(() => arrivals.query({ by: "geo" })),
    code(() => arrivals.query({ measure: "departures" })),
    code(() => arrivals.query({ top: { place: 1 } })),
    code(() => arrivals.query("geo")),
    code(() => two.query({})),
    code(() => two.query()),
    code(() => two.query({ where: { what: ["x", "y"] } })),
    code(() => two.query({ measure: "x", by: [["what"]] })),
    code(() => two.query({ where: { what: ["z"] } })),
    code(() => arrivals.svg({}, "pie")),
    code(() => arrivals.svg({}, "trend", { width: -1 })),
    code(() => arrivals.svg({}, "trend", { by: "place" })),
    code(() => mm.parse("{}")),
    code(() => mm.parse(new TextEncoder().encode("{"))),
    code(() => mm.parse(new TextEncoder().encode("{}"))),
    code(() => mm.parse(mm.bytes, { additivity: { geo: "all" } })),
    code(() => mm.parse(mm.bytes, { maxBytes: 10 })),
    code(() => mm.parse(mm.bytes, { integrity: "sha256-AAAA" })),
  ];
}, { expected: [
  "unknown-code where.geo[1]", "unknown-code where.geo[0]", "unknown-dimension where.place",
  "invalid-query where.geo", "invalid-query where.geo", "invalid-query where.geo", "invalid-query where.month", "invalid-query where.month.from",
  "unknown-dimension by[0][0]", "invalid-query by[0][1]", "invalid-argument by", "unknown-measure measure", "unknown-dimension top.place",
  "invalid-argument ", "which-measure measure", "which-measure measure", "invalid-query where.what", "invalid-query by", "unknown-code where.what[0]",
  "unknown-chart chart", "invalid-argument options.width", "unknown-dimension options.by",
  "invalid-argument bytes", "not-json ", "not-json-stat ", "invalid-argument additivity.geo", "too-large ", "integrity ",
] });

api("one of several measures may be named like a category", (mm) => {
  const two = mm.small().dataset("two");
  const values = (query) => [...two.query({ by: [["geo"]], ...query }).groups[0].values];
  return [values({ measure: "y" }), values({ where: { what: ["y"] } }), values({ where: { what: new Uint32Array([1]) } })];
}, { expected: [[3, 4], [3, 4], [3, 4]] });

api("a snapshot describes itself in the language of its readers, and names the attribute for each dimension", async (mm, { address }) => {
  const snapshot = await mm.open(address);
  const early = mm.caught(() => snapshot.describe("fr"));
  await mm.loadLanguage("fr");
  const [arrivals] = snapshot.describe("fr").filter(({ id }) => id === "new-arrivals");
  const [accommodation] = snapshot.describe().filter(({ id }) => id === "accommodation");
  const place = arrivals.dimensions.find(({ role }) => role === "geo");
  const attributes = ({ dimensions }) => dimensions.map(({ id, attribute }) => [id, attribute]);
  const label = (code) => place.categories.find((category) => category.code === code).label;
  const first = arrivals.dimensions.find(({ role }) => role === "time").categories[0];
  const answer = [early, label("BIH"), first, attributes(arrivals), attributes(accommodation), snapshot.datasets[0].dimensions.map(({ attribute }) => attribute)];
  snapshot.free();
  return [...answer, mm.caught(() => snapshot.describe())];
}, ({ site }) => ({ address: `${site.url}data/western-balkans.json`, expected: [
  [true, "unknown-language", "string", "lang"],
  "Bosnie-Herzégovine", { code: "2017-01", label: "janvier 2017" },
  [["measure", "measure"], ["country", "country"], ["month", "from"]],
  [["measure", "measure"], ["country", "country"], ["month", "from"], ["accommodation", "where"]],
  ["measure", "country", "from"],
  [true, "freed", "string", ""],
] }));

api("undefined and null are as good as absent", (mm) => {
  const all = { measure: undefined, where: null, by: undefined, linked: undefined, top: undefined };
  const options = { integrity: undefined, maxBytes: undefined, additivity: undefined, signal: undefined, onProgress: undefined };
  return mm.parse(mm.bytes, options).dataset("present").query(all).groups[0].keys;
}, { expected: [[]] });

api("free() frees a snapshot and its datasets at once, and results stay, with keys and cells read later", (mm) => {
  const snapshot = mm.small();
  const dataset = snapshot.dataset("arrivals");
  const other = snapshot.dataset("present");
  other.free();
  const alone = mm.caught(() => other.query());
  const { groups: [group] } = dataset.query({ where: { geo: ["A"] }, by: [["month"]] });
  snapshot.free();
  snapshot.free();
  dataset.free();
  return {
    alone,
    after: ["query", "csv", "sentences"].map((name) => mm.caught(() => dataset[name]())),
    svg: mm.caught(() => dataset.svg({}, "trend")),
    dataset: mm.caught(() => snapshot.dataset(0)),
    values: [...group.values],
    keys: group.keys,
    cells: group.cells.map(({ index, status }) => [index, status]),
    edition: snapshot.edition,
  };
}, { expected: {
  alone: [true, "freed", "string", ""],
  after: Array(3).fill([true, "freed", "string", ""]),
  svg: [true, "freed", "string", ""],
  dataset: [true, "freed", "string", ""],
  values: [10, 20, 5], keys: [["2023-11"], ["2023-12"], ["2024-02"]], cells: [[0, ["e"]]], edition: "2024-02",
} });

api("a file that was opened has one hash, read at once, later, in a CSV, or after it was freed", async (mm, { address }) => {
  const after = (step) => mm.open(address).then(step);
  const later = async (snapshot) => {
    // By then the browser has made it.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => setTimeout(done, 50));
    return snapshot.sha256;
  };
  return {
    once: await after((snapshot) => snapshot.sha256),
    later: await after(later),
    csv: await after((snapshot) => snapshot.dataset("new-arrivals").csv({ measure: "new-arrivals" }).match(/[0-9a-f]{64}/)?.[0]),
    freed: await after((snapshot) => (snapshot.free(), snapshot.sha256)),
  };
}, async ({ site }) => {
  const body = readFileSync(join(dist, "data/western-balkans.json"));
  const hash = createHash("sha256").update(body).digest("hex");
  return { address: `${site.url}data/western-balkans.json`, expected: { once: hash, later: hash, csv: hash, freed: hash } };
});

api("sentences, CSV and charts are text; every kind draws or says why not", async (mm, { address }) => {
  const snapshot = await mm.open(address);
  const arrivals = snapshot.dataset("new-arrivals");
  const query = { measure: "new-arrivals", where: { country: ["BIH", "SRB"] } };
  const kinds = ["trend", "years", "bars", "ranking", "share", "heatmap", "map", "multiples", "sparkline"];
  const drawn = {};
  for (const kind of kinds) {
    const svg = mm.caught(() => arrivals.svg(query, kind));
    drawn[kind] = typeof svg === "string" ? `${svg.slice(0, 4)} ${new DOMParser().parseFromString(svg, "image/svg+xml").querySelector("parsererror") ? "broken" : "whole"}` : svg[1];
  }
  const present = snapshot.dataset("present");
  const map = present.svg({ measure: "present", where: { month: ["2024-01"] } }, "map", { width: 480, height: 480, theme: "dark", title: false });
  const csv = arrivals.csv({ ...query, by: [["country", "month"]] });
  const early = mm.caught(() => arrivals.sentences(query, "fr"));
  await mm.loadLanguage("fr");
  const absent = await mm.loadLanguage("xx").catch(mm.told);
  return {
    drawn,
    map: /width="480"/.test(map),
    csv: [csv.split("\r\n").length > 100, csv.includes("BIH")],
    english: arrivals.sentences(query).length > 0 && arrivals.sentences(query, "en").join() === arrivals.sentences(query).join(),
    early, absent,
    french: arrivals.sentences(query, "fr-CH").join() !== arrivals.sentences(query).join(),
    other: arrivals.sentences(query, "xx").join() === arrivals.sentences(query, "en").join(),
  };
}, ({ site }) => ({ address: `${site.url}data/western-balkans.json`, expected: {
  drawn: { trend: "<svg whole", years: "unfit", bars: "<svg whole", ranking: "unfit", share: "unfit", heatmap: "<svg whole", map: "<svg whole", multiples: "<svg whole", sparkline: "unfit" },
  map: true, csv: [true, true], english: true,
  early: [true, "unknown-language", "string", "lang"], absent: [true, "unknown-language", "string", "lang"],
  french: true, other: true,
} }));

api("open() tells progress, checks the hash, ends on a signal, and says why a file does not come", async (mm, { address, hash, own }) => {
  const progress = [];
  const snapshot = await mm.open(address, { integrity: `sha384-AAAA ${hash}`, onProgress: (...told) => progress.push(told) });
  const fails = (url, options) => mm.open(url, options).then(() => "opened", (error) => `${error instanceof Error} ${error.code}`);
  const stop = new AbortController();
  const late = fails(`${own}slow.json`, { signal: stop.signal });
  setTimeout(() => stop.abort(), 200);
  const [loaded, total] = progress.at(-1);
  return {
    edition: snapshot.edition,
    progress: progress.length > 0 && loaded === total && progress.every(([now], i) => i === 0 || now >= progress[i - 1][0]),
    late: await late,
    fails: [
      await fails(address, { signal: AbortSignal.abort() }),
      await fails(address, { integrity: "sha384-AAAA" }),
      await fails(address, { maxBytes: 1000 }),
      await fails(address, { additivity: { country: "all" } }),
      await fails(`${own}absent.json`),
      await fails(`${own}plain.html`),
      await fails("https://[", {}),
    ],
  };
}, async ({ page, site }) => {
  const body = readFileSync(join(dist, "data/western-balkans.json"));
  await page.route("**/slow.json", async (route) => {
    await new Promise((done) => setTimeout(done, 3_000));
    await route.abort().catch(() => {});
  });
  return {
    address: `${site.url}data/western-balkans.json`, own: `${site.url}`, hash: `sha384-${createHash("sha384").update(body).digest("base64")}`,
    noisy: true,
    expected: {
      edition: "2024-01", progress: true, late: "true aborted",
      fails: ["aborted", "integrity", "too-large", "invalid-argument", "not-found", "not-found", "invalid-argument"].map((code) => `true ${code}`),
    },
  };
});

test("memory does not grow with what is opened, asked and freed, nor with what is left to collection", async ({ page, context, host, site }) => {
  await watchMemory(page);
  await host("plain.html");
  const collector = await context.newCDPSession(page);
  const bytes = async (rounds, frees) => {
    for (let round = 0; round < rounds; round += 1) {
      await page.evaluate(async ({ widget, address, frees }) => {
        const mm = await import(widget);
        await mm.default();
        globalThis.file ??= new Uint8Array(await (await fetch(address)).arrayBuffer());
        for (let i = 0; i < 10; i += 1) {
          const snapshot = mm.parse(globalThis.file);
          const dataset = snapshot.dataset("new-arrivals");
          const { groups } = dataset.query({ measure: "new-arrivals", by: [["country", "month"], ["month"]] });
          if (i % 2) groups[0].cells.at(0);
          if (frees) snapshot.free();
        }
      }, { widget: `${site.url}widget.js`, address: `${site.url}data/western-balkans.json`, frees });
      await collector.send("HeapProfiler.collectGarbage");
      await page.evaluate(() => new Promise((done) => setTimeout(done, 20)));
    }
    return page.evaluate(() => globalThis.memory.buffer.byteLength);
  };
  const freed = await bytes(3, true);
  const grown = (await bytes(15, true)) - freed;
  assert.ok(grown <= 1 << 20, `freed by hand: ${grown} bytes more`);
  const collected = await bytes(3, false);
  const kept = (await bytes(15, false)) - collected;
  assert.ok(kept <= 1 << 20, `left to collection: ${kept} bytes more`);
});
