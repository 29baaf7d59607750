// DuckDB-Wasm over a table of the cells that have a value, handed over as Arrow.
import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import { tableFromArrays } from "apache-arrow";

let connection;
let sizes;

export async function prepare() {
  const base = `${location.origin}/node_modules/@duckdb/duckdb-wasm/dist/`;
  const scripts = [`${location.origin}/peers/memories.js`, `${base}duckdb-browser-eh.worker.js`];
  const worker = new Blob([`importScripts(${scripts.map((script) => JSON.stringify(script)).join(", ")})`]);
  const database = new AsyncDuckDB(new VoidLogger(), new Worker(URL.createObjectURL(worker)));
  await database.instantiate(`${base}duckdb-eh.wasm`);
  connection = await database.connect();
}

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
  await connection.insertArrowTable(tableFromArrays({ c, m, n, v }), { name: "cells" });
}

export function step({ kept }) {
  const within = (place, list) => (list.length ? `${place} IN (${list.join(",")})` : "false");
  return async () => {
    const c = within("c", kept[0]);
    const n = within("n", kept[2]);
    const m = `m >= ${kept[1][0]} AND m < ${kept[1][1]}`;
    const sums = async (by, filter, size) => {
      const answer = await connection.query(`SELECT ${by} AS at, sum(v)::DOUBLE AS sum FROM cells WHERE ${filter} GROUP BY ${by}`);
      const sums = new Float64Array(size);
      const [keys, totals] = [answer.getChild("at"), answer.getChild("sum")];
      for (let at = 0; at < answer.numRows; at += 1) sums[keys.get(at)] = totals.get(at);
      return sums;
    };
    const byMonth = await sums("m", `${c} AND ${n}`, sizes[1]);
    const byCountry = await sums("c", `${m} AND ${n}`, sizes[0]);
    const top = await connection.query(`SELECT n, sum(v)::DOUBLE AS sum FROM cells WHERE ${c} AND ${m} GROUP BY n HAVING sum(v) > 0 ORDER BY sum DESC, n LIMIT 10`);
    const all = await connection.query(`SELECT sum(v)::DOUBLE AS sum FROM cells WHERE ${c} AND ${m} AND ${n}`);
    return { byMonth, byCountry, top: Array.from(top.getChild("sum").toArray()), total: all.getChild("sum").get(0) ?? 0 };
  };
}

/** What the worker's WebAssembly holds. */
export function workerBytes() {
  return new Promise((told) => {
    new BroadcastChannel("memory-told").onmessage = ({ data }) => told(data);
    new BroadcastChannel("memory-asked").postMessage(null);
  });
}
