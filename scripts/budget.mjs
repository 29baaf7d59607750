// Compares the bytes of dist/ with scripts/budgets.json, in brotli at its best as static hosts send it.
//
//   node scripts/budget.mjs [--report]     --report prints, and never fails
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");

/** `[{ name, what, brotli, limit, files: [{ name, raw, brotli }] }]`, measured. */
export function measure() {
  const budgets = JSON.parse(readFileSync(join(root, "scripts/budgets.json"), "utf8"));
  const names = readdirSync(dist);
  return Object.entries(budgets).map(([name, { what, files: patterns, brotli: limit }]) => {
    const files = patterns.map((pattern) => {
      const found = names.filter((file) => matches(pattern, file));
      if (found.length !== 1) throw new Error(`budget "${name}": ${found.length} files like ${pattern} in dist/`);
      const content = readFileSync(join(dist, found[0]));
      return { name: found[0], raw: content.length, brotli: compressed(content) };
    });
    return { name, what, limit, files, brotli: files.reduce((sum, file) => sum + file.brotli, 0) };
  });
}

function matches(pattern, file) {
  const [before, after] = pattern.split("*");
  return after === undefined ? file === pattern : file.startsWith(before) && file.endsWith(after);
}

function compressed(content) {
  return brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  }).length;
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let over = 0;
  for (const { name, brotli, limit, files } of measure()) {
    for (const file of files) {
      console.log(`  ${file.name.padEnd(42)} ${kilobytes(file.raw).padStart(10)} ${kilobytes(file.brotli).padStart(10)} brotli`);
    }
    const verdict = brotli <= limit ? "of" : "OVER";
    console.log(`${name}: ${kilobytes(brotli)} brotli, ${verdict} ${kilobytes(limit)}`);
    if (brotli > limit) over += 1;
  }
  if (over && !process.argv.includes("--report")) process.exit(1);
}
