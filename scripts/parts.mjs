// Runs crates/parts, which splits the program in two.
import { spawnSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

export function parts(...words) {
  const cargo = process.env.CARGO ?? "cargo";
  const run = ["run", "--locked", "--quiet", "--release", "-p", "parts", "--", ...words];
  const { status } = spawnSync(cargo, run, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error(`The program could not be split: parts ${words[0]}`);
}
