// Damaged files through the program as it is delivered: read or refused with a code, never stopped, never
// slow, and where they are read, with the figures that a second reading of the JSON finds.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { assert, dist, test } from "./harness.mjs";

const seconds = Number(process.env.DAMAGE_SECONDS ?? 10);
const seed = Number(process.env.SEED ?? 1);

function seeds() {
  const folders = [join(dist, "data")];
  if (process.env.MIXED_MOVEMENTS_REAL_DATA) folders.push(join(process.env.MIXED_MOVEMENTS_REAL_DATA, "tests-only/jsonstat"));
  else console.log("      SKIPPED: MIXED_MOVEMENTS_REAL_DATA is unset, so no real file of JSON-stat was damaged");
  return folders.flatMap((folder) =>
    readdirSync(folder).filter((name) => name.endsWith(".json")).sort().map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );
}

/** Runs in the page. */
async function damage({ widget, files, seconds, seed }) {
  const mm = await import(widget);
  await mm.default();
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (num) => Math.floor(random() * num);
  const of = (all) => all[below(all.length)];
  const bytesOf = (latin) => Uint8Array.from(latin, (letter) => letter.charCodeAt(0));
  const odd = () => of([null, true, -1, 0, 1e300, 0.5, 2 ** 32, "", "e", "__proto__", "2024-01", "<b>", [], {}, [null], [1, "a"], { 0: 1 }, "x".repeat(1000), "\u202e"]);
  const tokens = ["null", "{}", "[]", '""', "-1", "1e400", "[[", "}}", "\\ud800", ",", ":", '"value":', '"size":', "\0", "9999999999"];

  function bytes(text) {
    const at = below(text.length);
    const length = of([1, 2, 8, 60, 4000]);
    switch (below(4)) {
      case 0: return text.slice(0, at) + text.slice(at + length);
      case 1: return text.slice(0, at);
      case 2: return text.slice(0, at) + of(tokens) + text.slice(at);
      default: return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1);
    }
  }
  function tree(text) {
    const whole = JSON.parse(text);
    let node = whole;
    for (;;) {
      const keys = Object.keys(node);
      if (!keys.length) break;
      const key = of(keys);
      const inner = node[key];
      if (inner && typeof inner === "object" && Object.keys(inner).length && random() < 0.8) {
        node = inner;
        continue;
      }
      switch (below(4)) {
        case 0: Array.isArray(node) ? node.splice(Number(key), 1) : delete node[key]; break;
        case 1: Array.isArray(node) ? node.push(inner) : (node[of(["__proto", "value", "0", "class"])] = inner); break;
        default: node[key] = odd();
      }
      break;
    }
    return JSON.stringify(whole);
  }

  /** The figures of one dataset, from the plain tree, summed: what all the program's cells must come to. */
  function figures(text) {
    let json;
    try {
      json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(text)));
    } catch {
      return undefined;
    }
    const items = json.link?.item ?? [json];
    return Array.isArray(items) && items.every((item) => item && Array.isArray(item.id) && Array.isArray(item.value)) ? items : undefined;
  }

  const told = { damaged: 0, loaded: 0, compared: 0, slowest: 0, wrong: [], codes: {} };
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && told.wrong.length === 0) {
    const [name, good] = files[told.damaged % files.length];
    let text = good;
    try {
      text = random() < 0.5 ? bytes(good) : unescape(encodeURIComponent(tree(decodeURIComponent(escape(good)))));
    } catch {
      text = bytes(good);
    }
    told.damaged += 1;
    const start = performance.now();
    try {
      const snapshot = mm.parse(bytesOf(text));
      told.loaded += 1;
      const items = figures(text);
      snapshot.datasets.slice(0, 3).forEach((info, at) => {
        const metric = info.dimensions.find((dimension) => dimension.role === "metric")?.id;
        const by = info.dimensions.filter((dimension) => dimension.id !== metric).map((dimension) => dimension.id);
        let [sum, num] = [0, 0];
        for (const { id } of info.measures) {
          const { groups: [group] } = snapshot.dataset(at).query({ measure: id, by: [by] });
          for (const value of group.values) if (!Number.isNaN(value)) [sum, num] = [sum + value, num + 1];
        }
        const item = items?.length === snapshot.datasets.length ? items[at] : undefined;
        if (!item) return;
        const plain = item.value.filter((value) => value !== null);
        const expected = plain.reduce((all, value) => all + value, 0);
        told.compared += 1;
        if (plain.length !== num || Math.abs(expected - sum) > 1e-9 * plain.reduce((all, value) => all + Math.abs(value), 1)) {
          told.wrong.push(`${name}, number ${told.damaged}: ${num} figures and ${sum}, the file has ${plain.length} and ${expected}`);
        }
      });
      snapshot.free();
    } catch (error) {
      told.codes[error.code] = (told.codes[error.code] ?? 0) + 1;
      if (typeof error.code !== "string" || error.code === "stopped") told.wrong.push(`${name}, number ${told.damaged}: ${error.code} ${error.message} ${error.cause?.stack ?? error.stack}`);
    }
    told.slowest = Math.max(told.slowest, performance.now() - start);
    if (told.damaged % 20 === 0) await new Promise((done) => setTimeout(done));
  }
  return told;
}

test("damaged files are read rightly or refused by the program as it is delivered", { timeout: (seconds + 60) * 1000 }, async ({ page, host, site }) => {
  await host("plain.html");
  const told = await page.evaluate(damage, { widget: `${site.url}widget.js`, files: seeds(), seconds, seed });
  console.log(`      seed ${seed}: ${told.damaged} damaged files, ${told.loaded} read, ${told.compared} datasets compared; ${JSON.stringify(told.codes)}`);
  assert.deepEqual(told.wrong, []);
  assert.ok(told.loaded > 0 && told.compared > 0 && told.damaged > told.loaded, JSON.stringify(told));
  assert.ok(told.slowest < 10_000, `one took ${told.slowest} ms`);
});
