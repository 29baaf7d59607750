// Arquero over columns of the cells that have a value.
import { desc, op, table } from "arquero";

let cells;
let sizes;

export async function prepare() {}

export async function load(url) {
  const json = JSON.parse(await (await fetch(url)).text());
  sizes = json.size;
  const [, months, nationalities] = sizes;
  let observed = 0;
  for (const value of json.value) observed += value === null ? 0 : 1;
  const [c, m, n, v] = [new Uint16Array(observed), new Uint16Array(observed), new Uint16Array(observed), new Int32Array(observed)];
  for (let cell = 0, at = 0; cell < json.value.length; cell += 1) {
    if (json.value[cell] === null) continue;
    c[at] = Math.floor(cell / (months * nationalities));
    m[at] = Math.floor(cell / nationalities) % months;
    n[at] = cell % nationalities;
    v[at++] = json.value[cell];
  }
  cells = table({ c, m, n, v });
}

export function step({ kept }) {
  return () => {
    const flags = (size, list) => {
      const flags = new Uint8Array(size);
      for (const at of list) flags[at] = 1;
      return flags;
    };
    const [from, to] = kept[1];
    const given = cells.params({ c: flags(sizes[0], kept[0]), n: flags(sizes[2], kept[2]), from, to });
    const sums = (filtered, by, size) => {
      const sums = new Float64Array(size);
      const grouped = filtered.groupby(by).rollup({ sum: (d) => op.sum(d.v) });
      const [keys, totals] = [grouped.array(by), grouped.array("sum")];
      for (let at = 0; at < keys.length; at += 1) sums[keys[at]] = totals[at];
      return sums;
    };
    const byMonth = sums(given.filter((d, $) => $.c[d.c] && $.n[d.n]), "m", sizes[1]);
    const byCountry = sums(given.filter((d, $) => d.m >= $.from && d.m < $.to && $.n[d.n]), "c", sizes[0]);
    const top = given.filter((d, $) => $.c[d.c] && d.m >= $.from && d.m < $.to).groupby("n")
      .rollup({ sum: (d) => op.sum(d.v) }).orderby(desc("sum")).slice(0, 10).array("sum");
    const total = given.filter((d, $) => $.c[d.c] && d.m >= $.from && d.m < $.to && $.n[d.n])
      .rollup({ sum: (d) => op.sum(d.v) }).get("sum", 0);
    return { byMonth, byCountry, top: Array.from(top).filter((sum) => sum > 0), total: total ?? 0 };
  };
}
