// Counts the instructions of the engine's steps with valgrind, and compares them with scripts/instructions.json.
// Counted and not timed: the same on a busy machine. Says loudly where valgrind is missing.
//
//   node scripts/instructions.mjs [--report]     --report prints, and never fails
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const cargo = process.env.CARGO ?? "cargo";
const budgets = JSON.parse(readFileSync(join(root, "scripts/instructions.json"), "utf8"));

if (spawnSync("valgrind", ["--version"]).status !== 0 || process.arch !== "x64") {
  console.log("SKIPPED: instructions are not counted: there is no valgrind here, or no x86-64 to count on.");
  process.exit(0);
}

const built = run(cargo, ["bench", "--locked", "-p", "statcube", "--bench", "instructions", "--no-run", "--message-format=json"]);
const artifacts = built.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
const program = artifacts.findLast((artifact) => artifact.executable && artifact.target?.name === "instructions").executable;

const folder = mkdtempSync(join(tmpdir(), "mixed-movements-"));
let over = 0;
try {
  const out = join(folder, "callgrind.out");
  run("valgrind", ["--tool=callgrind", `--callgrind-out-file=${out}`, program]);
  const annotated = run("callgrind_annotate", ["--inclusive=yes", "--threshold=100", "--show-percs=no", out]);
  for (const [name, { what, most }] of Object.entries(budgets)) {
    const line = annotated.split("\n").find((text) => text.includes(`counted_${name}`));
    const counted = line && Number(line.trim().split(/\s+/)[0].replaceAll(",", ""));
    if (!counted) throw new Error(`counted_${name} is not in valgrind's list`);
    const verdict = counted <= most ? "of" : "OVER";
    console.log(`${what}: ${counted.toLocaleString("en")} instructions, ${verdict} ${most.toLocaleString("en")}`);
    if (counted > most) over += 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (over && !process.argv.includes("--report")) process.exit(1);

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} failed:\n${stderr}`);
  return stdout;
}
