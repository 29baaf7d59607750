// Checks the JavaScript face: the types by the TypeScript compiler, and that what they declare is what
// the built widget.js exports.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
let failed = 0;
const judge = (name, passed, detail = "") => {
  console.log(`${passed ? "ok   " : "FAIL "} ${name}${detail && `\n${detail}`}`);
  if (!passed) failed += 1;
};

const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", join(root, "tests/types")], { encoding: "utf8" });
judge("the types compile, and take every use of the contract", tsc.status === 0, tsc.stdout.trim());

const types = readFileSync(join(root, "www/mixed-movements.d.ts"), "utf8");
const declared = [...types.matchAll(/^export (default )?(?:function|class) (\w+)/gm)].map(([, d, name]) => (d ? "default" : name)).sort();
const { metafile } = await build({
  entryPoints: [join(root, "dist/widget.js")], bundle: true, write: false, metafile: true, format: "esm", logLevel: "error",
});
const exported = Object.values(metafile.outputs)[0].exports.sort();
judge(
  "widget.js exports what its types declare",
  JSON.stringify(exported) === JSON.stringify(declared),
  `      declared: ${declared.join(", ")}\n      exported: ${exported.join(", ")}`,
);

console.log(`${2 - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
