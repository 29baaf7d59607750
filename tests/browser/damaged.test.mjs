// Damaged files through the program as it is delivered: read or refused with a code, never stopped, never
// slow, and where they are read, with the figures that a second reading of the JSON finds.
//
//   DAMAGES=10000 node tests/browser/run.mjs damaged      each file so often: make prove
import { readFileSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { assert, dist, test } from "./harness.mjs";

const times = Number(process.env.DAMAGES ?? 1_000);
const seed = Number(process.env.SEED ?? 1);

function seeds() {
  const folders = [join(dist, "data")];
  if (process.env.MIXED_MOVEMENTS_REAL_DATA) folders.push(join(process.env.MIXED_MOVEMENTS_REAL_DATA, "tests-only/jsonstat"));
  else console.log("      SKIPPED: MIXED_MOVEMENTS_REAL_DATA is unset, so no real file of JSON-stat was damaged");
  const files = folders.flatMap((folder) =>
    readdirSync(folder).filter((name) => name.endsWith(".json")).sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
  // The newest edition lies there under two names.
  return files.filter(([, text], at) => files.findIndex(([, other]) => other === text) === at);
}

/** Runs in a page: damages the files in turn, from one number to another. */
async function damage({ widget, files, from, to, seed }) {
  const mm = await import(widget);
  await mm.default();
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder("utf-8", { fatal: true })];
  const whole = files.map(([, text]) => encoder.encode(text));
  let state = 0;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (num) => Math.floor(random() * num);
  const of = (all) => all[below(all.length)];
  const odd = () => of([null, true, -1, 0, 1e300, 0.5, 2 ** 32, "", "e", "__proto__", "2024-01", "<b>", [], {}, [null], [1, "a"], { 0: 1 }, "x".repeat(1000), "\u202e"]);
  const tokens = ["null", "{}", "[]", '""', "-1", "1e400", "[[", "}}", "\\ud800", ",", ":", '"value":', '"size":', "\0", "9999999999"];
  const isObject = (value) => value !== null && typeof value === "object";
  const join = (...parts) => {
    const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
    return joined;
  };

  function bytes(good) {
    const at = below(good.length);
    const [before, after] = [good.subarray(0, at), good.subarray(at)];
    switch (below(4)) {
      case 0: return join(before, after.subarray(of([1, 2, 8, 60, 4000])));
      case 1: return before.slice();
      case 2: return join(before, encoder.encode(of(tokens)), after);
      default: return join(before, [below(256)], after.subarray(1));
    }
  }

  function tree(root) {
    let node = root;
    for (;;) {
      const keys = Object.keys(node);
      if (!keys.length) break;
      const key = of(keys);
      const inner = node[key];
      if (isObject(inner) && Object.keys(inner).length && random() < 0.8) {
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
  }

  const datasets = (root) => {
    const all = root.dimension ? [root] : Array.isArray(root.link?.item) ? root.link.item : Object.values(root);
    return all.filter((item) => isObject(item?.dimension) && item.value !== undefined);
  };

  /** Sizes, figures, codes and hierarchies that no longer fit together, or fit in another way. */
  function shape(root) {
    const all = datasets(root);
    const item = all.length ? of(all) : undefined;
    const own = item?.size ? item : item?.dimension;
    if (!Array.isArray(own?.id) || !own.id.length || !Array.isArray(own.size)) return tree(root);
    const place = below(own.id.length);
    const swap = (list) => ([list[0], list[place]] = [list[place], list[0]]);
    const { category } = item.dimension[own.id[place]] ?? {};
    const index = category?.index;
    const codes = Array.isArray(index) ? index : Object.keys(index ?? category?.label ?? {});
    const one = codes.length ? of(codes) : "";
    switch (below(10)) {
      case 0: own.size[place] = odd(); break;
      case 1: swap(own.size); break;
      case 2: swap(own.id); break;
      case 3: if (Array.isArray(item.value)) item.value = item.value.slice(0, below(item.value.length + 1)).concat(below(2) ? [7] : []); break;
      case 4:
        if (Array.isArray(item.value)) item.value = Object.fromEntries(Object.entries(item.value).filter(([, value]) => value !== null));
        else item.value[of(["-1", "00", "1e3", "99999999999", "0", "__proto", "1.5"])] = 5;
        break;
      case 5: item.status = odd(); break;
      case 6: item.role = { [of(["time", "geo", "metric", "other"])]: [own.id[place]] }; break;
      case 7: if (category) category.child = { [one]: [of(codes), of(codes)], [of(codes)]: [of(codes)] }; break;
      case 8: if (isObject(index)) index[Array.isArray(index) ? below(index.length) : one] = Array.isArray(index) ? one : odd(); break;
      default:
        if (isObject(index) && !Array.isArray(index)) {
          const other = of(codes);
          [index[one], index[other]] = [index[other], index[one]];
        } else tree(root);
    }
  }

  function damaged(at, number) {
    const [, text] = files[at];
    if (number % 3 === 0) return bytes(whole[at]);
    const root = JSON.parse(text);
    number % 3 === 1 ? tree(root) : shape(root);
    return encoder.encode(JSON.stringify(root));
  }

  /** The datasets of the plain tree, where there is one: what all the program's cells must come to. */
  function figures(file) {
    let json;
    try {
      json = JSON.parse(decoder.decode(file));
    } catch {
      return undefined;
    }
    const items = json?.link?.item ?? [json];
    return Array.isArray(items) && items.every((item) => Array.isArray(item?.id) && isObject(item.value)) ? items : undefined;
  }

  const told = { damaged: 0, loaded: 0, compared: 0, slowest: 0, wrong: [], codes: {} };
  for (let number = from; number < to; number += 1) {
    const at = number % files.length;
    const round = Math.floor(number / files.length);
    // So that each can be had again by its number.
    state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
    const what = `${files[at][0]}, number ${number}, seed ${seed}`;
    const file = damaged(at, round);
    told.damaged += 1;
    const start = performance.now();
    try {
      const snapshot = mm.parse(file);
      told.loaded += 1;
      const items = figures(file);
      snapshot.datasets.slice(0, 3).forEach((info, place) => {
        const metric = info.dimensions.find((dimension) => dimension.role === "metric")?.id;
        const by = info.dimensions.filter((dimension) => dimension.id !== metric).map((dimension) => dimension.id);
        let [sum, num] = [0, 0];
        for (const { id } of info.measures) {
          const { groups: [group] } = snapshot.dataset(place).query({ measure: id, by: [by] });
          for (const value of group.values) if (!Number.isNaN(value)) [sum, num] = [sum + value, num + 1];
        }
        const item = items?.length === snapshot.datasets.length ? items[place] : undefined;
        if (!item) return;
        const plain = Object.values(item.value).filter((value) => value !== null);
        const expected = plain.reduce((all, value) => all + value, 0);
        told.compared += 1;
        if (plain.length !== num || Math.abs(expected - sum) > 1e-9 * plain.reduce((all, value) => all + Math.abs(value), 1)) {
          told.wrong.push(`${what}: ${num} figures and ${sum}, the file has ${plain.length} and ${expected}`);
        }
      });
      snapshot.free();
    } catch (error) {
      told.codes[error.code] = (told.codes[error.code] ?? 0) + 1;
      if (typeof error.code !== "string" || error.code === "stopped") told.wrong.push(`${what}: ${error.code} ${error.message} ${error.cause?.stack ?? error.stack}`);
    }
    told.slowest = Math.max(told.slowest, performance.now() - start);
    if (told.wrong.length) break;
    if (told.damaged % 20 === 0) await new Promise((done) => setTimeout(done));
  }
  return told;
}

/** Damages that one page makes before it takes the next ones. */
const PORTION = 1_000;
const timeout = times * 1000;

test("damaged files are read rightly or refused by the program as it is delivered", { timeout }, async ({ page, context, host, site }) => {
  await host("plain.html");
  const files = seeds();
  const all = [];
  const told = () => {
    const sum = (what) => all.reduce((sum, told) => sum + told[what], 0);
    const codes = {};
    for (const one of all) for (const [code, num] of Object.entries(one.codes)) codes[code] = (codes[code] ?? 0) + num;
    return { damaged: sum("damaged"), loaded: sum("loaded"), compared: sum("compared"), codes };
  };
  const whole = times * files.length;
  let next = 0;
  async function work(page) {
    do {
      const from = next;
      next = Math.min(from + PORTION, whole);
      all.push(await page.evaluate(damage, { widget: `${site.url}widget.js`, files, from, to: next, seed }));
      assert.deepEqual(all.at(-1).wrong, []);
      const { damaged } = told();
      if (Math.floor((10 * damaged) / whole) > Math.floor((10 * (damaged - PORTION)) / whole)) console.log(`      ${damaged} of ${whole}`);
    } while (next < whole);
  }
  // A page each core.
  const pages = [page];
  while (pages.length < availableParallelism()) {
    const other = await context.newPage();
    await other.goto(page.url());
    pages.push(other);
  }
  await Promise.all(pages.map(work));
  const { damaged, loaded, compared, codes } = told();
  console.log(`      seed ${seed}: ${damaged} damaged files of ${files.length}, ${loaded} read, ${compared} datasets compared; ${JSON.stringify(codes)}`);
  assert.equal(damaged, whole);
  assert.ok(loaded > 0 && compared > 0 && damaged > loaded);
  const slowest = Math.max(...all.map((one) => one.slowest));
  assert.ok(slowest < 10_000, `one took ${slowest} ms`);
});
