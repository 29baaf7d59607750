// What is measured on: cubes of country × month × nationality in JSON-stat, 60% missing, made by a small
// generator that is the same everywhere; what a reader does with them; and what is right at each step, by
// the plainest loop there is.

/** Sizes by name: countries, months, nationalities. */
export const SIZES = {
  small: [12, 60, 40], // 28,800 cells
  middle: [40, 120, 200], // 960,000 cells
  large: [100, 240, 400], // 9.6 million cells
};

/** mulberry32: numbers from 0 to below `bound`. */
export function random(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * bound);
  };
}

const month = (at) => `${2000 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
const code = (letter, at) => letter + String(at).padStart(3, "0");

/** `{ sizes, codes, values }`; a value of -1 is missing. */
export function cube(name) {
  const sizes = SIZES[name];
  const next = random(7);
  const values = new Int32Array(sizes[0] * sizes[1] * sizes[2]);
  for (let cell = 0; cell < values.length; cell += 1) values[cell] = next(10) < 6 ? -1 : next(5000);
  const codes = [
    Array.from({ length: sizes[0] }, (_, at) => code("C", at)),
    Array.from({ length: sizes[1] }, (_, at) => month(at)),
    Array.from({ length: sizes[2] }, (_, at) => code("N", at)),
  ];
  return { name, sizes, codes, values };
}

/** The cube as a JSON-stat dataset, as offices write them: sizes and categories, then the list of values. */
export function jsonStat({ sizes, codes, values }) {
  const ids = ["country", "month", "nationality"];
  const head = {
    version: "2.0", class: "dataset", label: "Arrivals", id: ids, size: sizes,
    role: { geo: ["country"], time: ["month"] },
    dimension: Object.fromEntries(ids.map((id, at) => [id, { category: { index: codes[at] } }])),
    extension: { mixedMovements: { id: "arrivals", measures: { arrivals: {
      kind: "flow", counts: "events", additivity: { country: "sum", month: "sum", nationality: "sum" } } } } },
  };
  const parts = [];
  for (let start = 0; start < values.length; start += 1 << 16) {
    parts.push(Array.from(values.subarray(start, start + (1 << 16)), (value) => (value < 0 ? "null" : value)).join(","));
  }
  return `${JSON.stringify(head).slice(0, -1)},"value":[${parts.join(",")}]}`;
}

/**
 * The steps of one kind: `[{ kind, changed, kept: [positions, [from, to], positions] }]`, where `changed`
 * names the dimensions whose filter is another one than before.
 */
export function steps(name, kind, num) {
  const sizes = SIZES[name];
  const next = random({ random: 11, brush: 12, toggle: 13 }[kind]);
  const every = (size, step) => Array.from({ length: size }, (_, at) => at).filter((at) => at % step === 0);
  const some = (size) => {
    const share = 1 + next(9);
    return Array.from({ length: size }, (_, at) => at).filter(() => next(10) < share);
  };
  const list = [];
  let kept = [every(sizes[0], 2), [0, Math.floor(sizes[1] / 3)], every(sizes[2], 3)];
  if (kind === "toggle") kept = [every(sizes[0], 1), [0, sizes[1]], every(sizes[2], 1)];
  for (let at = 0; at < num; at += 1) {
    let changed = [1];
    if (kind === "random") {
      const length = 1 + next(Math.floor(sizes[1] / 2));
      const from = next(sizes[1] - length);
      kept = [some(sizes[0]), [from, from + length], some(sizes[2])];
      changed = [0, 1, 2];
    } else if (kind === "brush") {
      const length = Math.floor(sizes[1] / 3);
      const from = at % (sizes[1] - length);
      kept = [kept[0], [from, from + length], kept[2]];
    } else {
      // A country and a nationality by turns, switched on or off.
      const place = at % 2 === 0 ? 0 : 2;
      const category = next(sizes[place]);
      const without = kept[place].filter((known) => known !== category);
      const list = without.length < kept[place].length ? without : [...without, category].sort((a, b) => a - b);
      kept = place === 0 ? [list, kept[1], kept[2]] : [kept[0], kept[1], list];
      changed = [place];
    }
    // The first step begins anew, so that the kinds do not depend on each other.
    list.push({ kind, changed: at === 0 ? [0, 1, 2] : changed, kept });
  }
  return list;
}

/** What is right: totals by month, by country, the ten largest nationalities, the total. */
export function plain({ sizes, values }, { kept }) {
  const flags = (size, list) => {
    const flags = new Uint8Array(size);
    for (const at of list) flags[at] = 1;
    return flags;
  };
  const countries = flags(sizes[0], kept[0]);
  const nationalities = flags(sizes[2], kept[2]);
  const [from, to] = kept[1];
  const byMonth = new Array(sizes[1]).fill(0);
  const byCountry = new Array(sizes[0]).fill(0);
  const byNationality = new Array(sizes[2]).fill(0);
  let total = 0;
  let cell = 0;
  for (let c = 0; c < sizes[0]; c += 1) {
    for (let m = 0; m < sizes[1]; m += 1) {
      const isMonth = m >= from && m < to;
      for (let n = 0; n < sizes[2]; n += 1) {
        const value = values[cell++];
        if (value <= 0) continue;
        if (countries[c] && nationalities[n]) byMonth[m] += value;
        if (isMonth && nationalities[n]) byCountry[c] += value;
        if (countries[c] && isMonth) byNationality[n] += value;
        if (countries[c] && isMonth && nationalities[n]) total += value;
      }
    }
  }
  const top = byNationality.map((sum, at) => [at, sum]).filter(([, sum]) => sum > 0)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 10);
  return { byMonth, byCountry, top: top.map(([, sum]) => sum), total };
}
