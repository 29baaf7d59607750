// A reader without a plan: presses, chooses, drags, resizes, goes back and forward, loses the network and
// empties the storage, as a seed decides. Nothing of it may bring a word to the console, a figure that the
// file does not have, or memory that only grows.
//
//   SOAK_SECONDS=1800 SEED=7 node tests/browser/run.mjs chaos      make soak
import { assert, dist, followed, ready, test } from "./harness.mjs";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const seconds = Number(process.env.SOAK_SECONDS ?? 120);
const seed = Number(process.env.SEED ?? 1);

/** Numbers between 0 and 1 that the seed decides (mulberry32). */
function chance(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// ---------------------------------------------------------------- a second reading of the file

/** The figures of a dataset, read from its JSON alone. */
class Figures {
  constructor(item) {
    this.item = item;
    this.metric = item.role?.metric?.[0];
    this.codes = Object.fromEntries(
      item.id.map((id) => {
        const { index, label } = item.dimension[id].category;
        return [id, Array.isArray(index) ? index : index ? Object.keys(index).sort((a, b) => index[a] - index[b]) : Object.keys(label)];
      }),
    );
  }

  label(id, code) {
    return this.item.dimension[id].category.label?.[code] ?? code;
  }

  /** The position in the file of one code from each dimension. */
  position(codes) {
    return this.item.id.reduce((at, id) => at * this.codes[id].length + this.codes[id].indexOf(codes[id]), 0);
  }

  value(codes) {
    return this.item.value[this.position(codes)] ?? null;
  }

  /** Whether something else than a figure is told of the cell: a printed range, a figure withheld. */
  isSpecial(codes) {
    const at = this.position(codes);
    const status = this.item.status;
    return (
      this.item.extension?.mixedMovements?.ranges?.[at] !== undefined ||
      /c/.test((typeof status === "string" ? status : status?.[at]) ?? "")
    );
  }

  /** The one code that stands for a whole dimension; none where several would have to be combined. */
  whole(id) {
    const child = this.item.dimension[id].category.child ?? {};
    const below = new Set(Object.values(child).flat());
    const roots = this.codes[id].filter((code) => !below.has(code));
    return roots.length === 1 ? roots[0] : undefined;
  }
}

const monthNames = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const inWords = (code) => (/^\d{4}-\d\d$/.test(code) ? `${monthNames[Number(code.slice(5)) - 1]} ${code.slice(0, 4)}` : code);

/** The tables of the page in English against the file. Gives how many figures were compared. */
/** The column of all that is chosen. */
const TOGETHER = "Together";

function compare(seen, snapshot, told) {
  const fields = new URLSearchParams(seen.hash.replace(/^#(v1&?)?/, ""));
  const items = snapshot.link.item.map((item) => new Figures(item));
  const id = (figures) => figures.item.extension?.mixedMovements?.id;
  const figures = items.find((one) => id(one) === fields.get("dataset")) ?? items[0];
  const time = figures.item.role?.time?.[0];
  if (!time || !seen.rows.length) return 0;
  const fixed = {};
  if (figures.metric) {
    const wanted = fields.get("measure");
    fixed[figures.metric] = figures.codes[figures.metric].includes(wanted) ? wanted : figures.codes[figures.metric][0];
  }
  const [head, ...rows] = seen.rows;
  const others = figures.item.id.filter((one) => one !== time && one !== figures.metric);
  const names = head.slice(1);
  // Which dimension stands across: the one that has all the names.
  const across = others.find((one) => names.filter((name) => name !== TOGETHER).every((name) => figures.codes[one].some((code) => figures.label(one, code) === name)));
  const geo = figures.item.role?.geo?.[0];
  for (const one of others.filter((one) => one !== across)) {
    const where = (fields.get("where") ?? "").split(" ").filter((part) => part.startsWith(`${one}:`)).map((part) => part.slice(one.length + 1));
    const chosen = [...(one === geo ? (fields.get("country") ?? "").split(" ") : (fields.get("nationality") ?? "").split(" ")), ...where].filter((code) => figures.codes[one].includes(code));
    const code = chosen.length === 1 ? chosen[0] : chosen.length === 0 ? figures.whole(one) : undefined;
    if (code === undefined) return 0; // several are combined: the engine's own tests are for that
    fixed[one] = code;
  }
  if (!across && names.length !== 1) return 0;
  let compared = 0;
  for (const [period, ...cells] of rows) {
    const month = figures.codes[time].find((code) => inWords(code) === period || figures.label(time, code) === period);
    if (!month) continue;
    cells.forEach((text, at) => {
      if (names[at] === TOGETHER) return; // combined: the engine's own tests are for that
      const code = across && figures.codes[across].find((one) => figures.label(across, one) === names[at]);
      const codes = { ...fixed, [time]: month, ...(across && { [across]: code }) };
      const value = figures.value(codes);
      const shown = text.match(/[-−]?[\d,]+(?:\.\d+)?/)?.[0];
      const what = `${id(figures)} ${JSON.stringify(codes)}: the page says “${text}”, the file ${value}\n${told()}`;
      if (figures.isSpecial(codes)) return;
      compared += 1;
      if (value === null) return assert.equal(shown, undefined, what);
      assert.ok(shown !== undefined, what);
      const decimals = shown.split(".")[1]?.length ?? 0;
      const number = Number(shown.replaceAll(",", "").replace("−", "-"));
      assert.ok(Math.abs(number - value) <= 0.5000001 / 10 ** decimals, what);
    });
  }
  return compared;
}

/** What the page shows, as far as it is compared. */
const look = (page) =>
  page.evaluate(() => {
    const root = document.querySelector("mixed-movements")?.shadowRoot;
    // Marks of notes and words of flags stand in elements of their own.
    const words = (cell) => {
      const copy = cell.cloneNode(true);
      copy.querySelectorAll("sup, svg, .chip, .flag, .mark, .note-marks, .of-column").forEach((each) => each.remove());
      return copy.textContent.replace(/\s+/g, " ").trim();
    };
    return {
      hash: location.hash,
      search: location.search,
      lang: root?.querySelector("[lang]")?.lang ?? document.querySelector("mixed-movements")?.lang ?? "",
      stopped: /The program stopped|has stopped/.test(root?.textContent ?? ""),
      // The figures of the view; two choices side by side and the revisions are tables of other figures.
      rows: [...(root?.querySelectorAll("table[role=table] tr") ?? [])].map((row) => [...row.children].map(words)),
    };
  });

// ---------------------------------------------------------------- a reader without a plan

/** All that can be used now, as role and name, in the order of the page. */
const usable = (page) =>
  page.locator("mixed-movements").evaluateHandle((element) => {
    const all = element.shadowRoot.querySelectorAll("button, select, input:not([type=file]), summary, canvas, [role=slider], [role=tab], [role=menuitem]");
    return [...all].filter((each) => {
      const box = each.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && !each.disabled && !each.closest("[inert]");
    });
  });

async function useSomething(page, random, log) {
  const handle = await usable(page);
  const count = await handle.evaluate((all) => all.length);
  if (!count) return log("nothing to use");
  const at = Math.floor(random() * count);
  const element = (await handle.evaluateHandle((all, at) => all[at], at)).asElement();
  await handle.dispose();
  const what = await element.evaluate((each) => ({
    tag: each.localName, type: each.type, role: each.getAttribute("role") ?? each.localName,
    name: (each.getAttribute("aria-label") ?? each.labels?.[0]?.innerText ?? each.innerText ?? "").replace(/\s+/g, " ").slice(0, 60),
  }));
  const options = { timeout: 500 };
  const ignore = () => {}; // covered by a dialog, or gone meanwhile, as a reader would find
  log(`${what.role} “${what.name}”`);
  if (what.tag === "select") {
    const values = await element.evaluate((each) => [...each.options].filter((option) => !option.disabled).map((option) => option.value)).catch(() => []);
    if (values.length) await element.selectOption(values[Math.floor(random() * values.length)], options).catch(ignore);
  } else if (what.tag === "canvas") {
    const box = await element.boundingBox().catch(() => null);
    if (!box) return;
    await element.scrollIntoViewIfNeeded(options).catch(ignore);
    const place = await element.boundingBox().catch(() => null);
    if (!place) return;
    const [x, y] = [place.x + random() * place.width, place.y + random() * place.height];
    await page.mouse.move(x, y);
    if (random() < 0.4) await page.mouse.click(x, y);
    if (random() < 0.2) {
      await page.mouse.down();
      await page.mouse.move(x + (random() - 0.5) * 300, y, { steps: 3 });
      await page.mouse.up();
    }
  } else if (what.role === "slider") {
    await element.focus().catch(ignore);
    const keys = ["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"];
    for (let press = 0; press < 1 + random() * 6; press += 1) await page.keyboard.press(keys[Math.floor(random() * keys.length)]);
  } else if (what.tag === "input" && what.type !== "checkbox" && what.type !== "radio") {
    const texts = ["2020-07", "January 2021", "2018", "99", "", "<b>", "bosnia", "0000-00"];
    await element.fill(texts[Math.floor(random() * texts.length)], options).catch(ignore);
    await page.keyboard.press(random() < 0.7 ? "Enter" : "Tab");
  } else {
    await element.click(options).catch(ignore);
  }
  await element.dispose();
}

test(`${seconds} s of a reader without a plan bring no wrong figure, no word in the console and no growth`, { timeout: (seconds * 2 + 90) * 1000, context: { acceptDownloads: true } }, async ({ page, context, site, quiet }) => {
  const random = chance(seed);
  console.log(`      seed ${seed}`);
  const actions = [];
  const log = (words) => actions.push(words);
  const told = () => `seed ${seed}, after ${actions.length} actions:\n  ${actions.slice(-25).join("\n  ")}`;
  const files = Object.fromEntries(
    ["western-balkans.json", "western-balkans-example.json"].map((name) => [name, JSON.parse(readFileSync(join(dist, "data", name)))]),
  );
  // The program's own memory, which the browser does not count with the scripts'.
  await page.addInitScript(() => {
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const original = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        const made = await original.apply(WebAssembly, given);
        globalThis.__memory ??= (made.instance ?? made).exports?.memory;
        return made;
      };
    }
  });
  const start = (name = "") => page.goto(site.url + name).then(() => ready(page));
  await start();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  const memory = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (name) => metrics.find((metric) => metric.name === name).value;
    const program = await page.evaluate(() => globalThis.__memory?.buffer.byteLength ?? 0);
    return { scripts: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners"), program };
  };
  // What the browser itself says of a request without a network, then or later, is no word of the page.
  const expected = (words) => /net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED|NETWORK_CHANGED)|Failed to load resource/.test(words);
  const forgive = () => quiet.console.splice(0, quiet.console.length, ...quiet.console.filter((words) => !expected(words)));
  let offline = false;
  let early;
  let compared = 0;
  const began = Date.now();
  const spent = () => (Date.now() - began) / 1000;
  while (spent() < seconds) {
    const kind = random();
    if (kind < 0.7) await useSomething(page, random, log);
    else if (kind < 0.76) {
      const key = ["Tab", "Shift+Tab", "Escape", "ArrowLeft", "ArrowRight", "Enter", "Home"][Math.floor(random() * 7)];
      log(`key ${key}`);
      await page.keyboard.press(key);
    } else if (kind < 0.82) {
      const width = [320, 360, 520, 768, 1024, 1280, 1700][Math.floor(random() * 7)];
      log(`${width} px wide`);
      await page.setViewportSize({ width, height: 500 + Math.floor(random() * 500) });
    } else if (kind < 0.86) {
      const back = random() < 0.6;
      log(back ? "back" : "forward");
      await (back ? page.goBack({ timeout: 3_000 }) : page.goForward({ timeout: 3_000 })).catch(() => {});
    } else if (kind < 0.9) {
      offline = !offline;
      log(offline ? "network off" : "network on");
      await context.setOffline(offline);
    } else if (kind < 0.92) {
      log("storage emptied");
      await page.evaluate(async () => {
        localStorage.clear();
        sessionStorage.clear();
        for (const name of await caches.keys()) await caches.delete(name);
      }).catch(() => {});
    } else if (kind < 0.94 && !offline) {
      log("reload");
      await page.reload();
      await ready(page);
    } else if (kind < 0.96 && !offline) {
      const name = random() < 0.5 ? "?src=data/western-balkans-example.json" : "";
      log(`opens ${name || "the page"}`);
      await start(name);
    } else {
      log("waits");
      await page.waitForTimeout(100);
    }
    if (!page.url().startsWith(site.url)) {
      log("off the page: opens it again");
      if (offline) await context.setOffline((offline = false));
      await start();
    }

    await followed(page).catch(() => {}); // told below, where the program stopped
    const seen = await look(page);
    assert.equal(seen.stopped, false, `the program stopped\n${told()}`);
    forgive();
    assert.deepEqual(quiet, { console: [], errors: [], foreign: [], violations: [] }, told());
    if (/^en/.test(seen.lang)) {
      const file = new URLSearchParams(seen.search).get("src")?.split("/").pop() ?? "western-balkans.json";
      compared += compare(seen, files[file], told);
    }
    if (!early && spent() > seconds / 3) early = await memory();
  }
  if (offline) await context.setOffline(false);
  await start();
  const late = await memory();
  forgive();
  const size = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`      ${actions.length} actions, ${compared} figures compared; scripts ${size(early.scripts)} then ${size(late.scripts)}, program ${size(early.program)} then ${size(late.program)}, ${early.nodes} nodes then ${late.nodes}`);
  assert.ok(actions.length > seconds && compared > 0, `${actions.length} actions, ${compared} figures`);
  assert.ok(late.scripts < early.scripts * 1.5 + 15e6, `scripts: ${size(early.scripts)} became ${size(late.scripts)}\n${told()}`);
  assert.ok(late.program < 200e6 && late.program < early.program * 1.5 + 32e6, `program: ${size(early.program)} became ${size(late.program)}\n${told()}`);
  assert.ok(late.nodes < early.nodes * 2 + 5_000, `${early.nodes} nodes became ${late.nodes}\n${told()}`);
});
