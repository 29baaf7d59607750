// Proves that `make dist` gives the same bytes twice: builds dist/ and dist-npm/ in release from nothing into two
// folders of their own, and compares every file. Takes as long as two builds.
//
//   node scripts/prove-dist.mjs
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const work = mkdtempSync(join(tmpdir(), "mixed-movements-dist-"));
const cargo = process.env.CARGO ?? "cargo";

function step(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status ?? error}`);
}

/** Every file of a build by its name, as a hash. */
function build(name) {
  const out = join(work, name);
  // What is ours is compiled anew; what is not ours cannot differ, since its versions are locked.
  step(cargo, ["clean", "--release", "--target", "wasm32-unknown-unknown", "-p", "mixed-movements", "-p", "statcube"]);
  step("trunk", ["--log", "warn", "build", "--release", "--dist", join(out, "dist")]);
  step("node", ["scripts/npm-package.mjs", join(out, "dist-npm"), join(out, "dist")]);
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map((entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    return [relative(out, path), createHash("sha256").update(readFileSync(path)).digest("hex")];
  }).sort());
}

try {
  const [first, second] = [build("first"), build("second")];
  const names = [...new Set([...first.keys(), ...second.keys()])].sort();
  const different = names.filter((name) => first.get(name) !== second.get(name));
  for (const name of different) console.error(`differs: ${name}: ${first.get(name) ?? "not there"}, ${second.get(name) ?? "not there"}`);
  console.log(`two builds of ${names.length} files: ${different.length ? `${different.length} differ` : "the same bytes"}`);
  console.log(different.length ? "0 passed, 1 failed" : "1 passed, 0 failed");
  process.exitCode = different.length ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}
