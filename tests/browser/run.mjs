// Runs tests/browser/*.test.mjs on the built dist/, one test after the other.
//
//   node tests/browser/run.mjs [word...]      only tests whose file or name has one of the words
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../scripts/serve.mjs";
import { dist, launch, registered, run } from "./harness.mjs";

if (!existsSync(join(dist, "index.html"))) {
  console.error("dist/ is not built. Run: make dist");
  process.exit(1);
}
const here = dirname(fileURLToPath(import.meta.url));
for (const file of readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort()) {
  registered.file = file;
  await import(join(here, file));
}
const words = process.argv.slice(2);
const chosen = registered.filter(({ file, name }) => !words.length || words.some((word) => `${file} ${name}`.includes(word)));

// Never at the root of its host, so that nothing may count on it.
const site = await serve({ folder: dist, base: "/some/path/" });
const browser = await launch();
let passed = 0;
let failed = 0;
for (const test of chosen) {
  const start = performance.now();
  try {
    await run(test, browser, site);
    passed += 1;
    console.log(`ok    ${test.file}: ${test.name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${test.file}: ${test.name}\n${String(error?.stack ?? error).replace(/^/gm, "      ")}`);
  }
}
await browser.close();
await site.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
