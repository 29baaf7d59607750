// Runs tests/browser/*.test.mjs on the built dist/, two at a time, each of the two with a browser of its own.
//
//   node tests/browser/run.mjs [--jobs=N] [word...]      only tests whose file or name has one of the words
import { fork } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../scripts/serve.mjs";
import { dist, launch, registered, run } from "./harness.mjs";

const script = fileURLToPath(import.meta.url);
const here = dirname(script);

if (!existsSync(join(dist, "index.html"))) {
  console.error("dist/ is not built. Run: make dist");
  process.exit(1);
}
for (const file of readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort()) {
  registered.file = file;
  await import(join(here, file));
}
if (process.send) await work();
else await hand();

/** Gives the chosen tests out, one by one, and tells what came of each. */
async function hand() {
  const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  const isChosen = ({ file, name }) => !words.length || words.some((word) => `${file} ${name}`.includes(word));
  const waiting = [...registered.keys()].filter((place) => isChosen(registered[place]));
  // What may take longest first, so that neither browser is left with it at the end.
  waiting.sort((a, b) => registered[b].timeout - registered[a].timeout);
  if (!waiting.length) {
    console.error(`There is no test with one of the words: ${words.join(" ")}`);
    process.exit(1);
  }
  const asked = process.argv.find((word) => word.startsWith("--jobs="))?.split("=")[1];
  const jobs = Math.min(Number(asked ?? Math.min(2, availableParallelism())), waiting.length);
  let passed = 0;
  let failed = 0;
  const worker = () =>
    new Promise((done) => {
      let place;
      const child = fork(script);
      const next = () => {
        place = waiting.shift();
        if (place === undefined) child.disconnect();
        else child.send(place);
      };
      const tell = (words, wrong) => {
        const { file, name } = registered[place];
        if (wrong) failed += 1;
        else passed += 1;
        console.log(`${wrong ? "FAIL " : "ok   "} ${file}: ${name}${words}`);
        place = undefined;
      };
      child.on("message", ({ seconds, wrong }) => {
        if (seconds !== undefined) tell(wrong ? `\n${wrong.replace(/^/gm, "      ")}` : ` (${seconds.toFixed(1)} s)`, wrong);
        next();
      });
      child.on("exit", (code) => {
        if (place !== undefined) tell(`\n      its process ended with ${code}`, true);
        done();
      });
    });
  await Promise.all(Array.from({ length: jobs }, worker));
  // Where a process could not even begin.
  for (const place of waiting) console.log(`FAIL  ${registered[place].file}: ${registered[place].name}\n      was not run`);
  failed += waiting.length;
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

/** Runs the tests that are given, each by its place among all. */
async function work() {
  // Never at the root of its host, so that nothing may count on it.
  const site = await serve({ folder: dist, base: "/some/path/" });
  const browser = await launch();
  process.on("message", async (place) => {
    const start = performance.now();
    const wrong = await run(registered[place], browser, site).then(() => undefined, (error) => String(error?.stack ?? error));
    if (process.connected) process.send({ seconds: (performance.now() - start) / 1000, wrong });
  });
  process.on("disconnect", async () => {
    await browser.close();
    await site.close();
    process.exit();
  });
  process.send({});
}
