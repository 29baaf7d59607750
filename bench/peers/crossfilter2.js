// crossfilter2 over the positions of the cells that have a value; only the filters that change are set.
import crossfilter from "crossfilter2";

let dimensions;
let groups;
let all;

export async function prepare() {}

export async function load(url) {
  const json = JSON.parse(await (await fetch(url)).text());
  const [, months, nationalities] = json.size;
  const values = Int32Array.from(json.value, (value) => value ?? -1);
  let observed = 0;
  for (const value of values) observed += value >= 0 ? 1 : 0;
  const records = new Array(observed);
  for (let cell = 0, at = 0; cell < values.length; cell += 1) if (values[cell] >= 0) records[at++] = cell;
  const cross = crossfilter(records);
  const value = (cell) => values[cell];
  dimensions = [
    cross.dimension((cell) => Math.floor(cell / (months * nationalities))),
    cross.dimension((cell) => Math.floor(cell / nationalities) % months),
    cross.dimension((cell) => cell % nationalities),
  ];
  groups = dimensions.map((dimension) => dimension.group().reduceSum(value));
  all = cross.groupAll().reduceSum(value);
}

export function step({ kept, changed }) {
  return () => {
    for (const place of changed) {
      if (place === 1) {
        dimensions[1].filterRange(kept[1]);
      } else {
        const chosen = new Set(kept[place]);
        dimensions[place].filterFunction((category) => chosen.has(category));
      }
    }
    const sums = (group) => group.all().map(({ value }) => value);
    const top = groups[2].top(10).map(({ value }) => value);
    return { byMonth: sums(groups[1]), byCountry: sums(groups[0]), top: top.filter((sum) => sum > 0), total: all.value() };
  };
}
