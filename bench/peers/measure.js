// Runs in the page of one peer: loads, steps, checks every answer. `globalThis.peer` is the peer's module.
globalThis.measure = {
  /** `{ total, after }`: milliseconds to load, and how many of them after the last byte had arrived. */
  async load(url) {
    performance.clearResourceTimings();
    performance.setResourceTimingBufferSize(1000);
    const begin = performance.now();
    await globalThis.peer.load(url);
    const end = performance.now();
    // The browser notes when the last byte came a little after it told the page.
    let entry;
    while (!(entry = performance.getEntriesByName(new URL(url, location.href).href).at(-1))) await new Promise((done) => setTimeout(done));
    return { total: end - begin, after: Math.max(0, end - entry.responseEnd), arrived: entry.responseEnd - begin };
  },

  /** Milliseconds of each step, as many as fit into `limit` milliseconds. Throws at the first wrong answer. */
  async steps(steps, limit) {
    const times = [];
    const end = performance.now() + limit;
    for (const { expected, ...given } of steps) {
      given.kept = given.kept.map((list, place) => (place === 1 ? list : Uint32Array.from(list)));
      const step = globalThis.peer.step(given);
      const begin = performance.now();
      let answer = step();
      if (answer instanceof Promise) answer = await answer;
      times.push(performance.now() - begin);
      check(answer, expected);
      if (times.length >= 3 && performance.now() > end) break;
    }
    return times;
  },

  /** Bytes of the page and its workers, and those of their WebAssembly, which the browser does not count. */
  async memory() {
    const { bytes } = await performance.measureUserAgentSpecificMemory();
    return bytes + globalThis.wasmBytes() + ((await globalThis.peer.workerBytes?.()) ?? 0);
  },
};

function check(answer, expected) {
  for (const view of ["byMonth", "byCountry", "top"]) {
    // A sum of nothing is told as missing by some, as zero by others.
    const found = Array.from(answer[view], (sum) => (Number.isNaN(sum) ? 0 : Number(sum)));
    const wanted = expected[view];
    const at = wanted.findIndex((sum, index) => found[index] !== sum);
    if (at >= 0 || found.length !== wanted.length) {
      throw new Error(`${view}[${at}]: ${found[at]} instead of ${wanted[at]} (${found.length} of ${wanted.length})`);
    }
  }
  const total = Number.isNaN(answer.total) ? 0 : Number(answer.total);
  if (total !== expected.total) throw new Error(`total: ${total} instead of ${expected.total}`);
}
