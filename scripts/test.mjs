// All tests, one suite after the other; the last line is the sum, as "123 passed, 0 failed".
//
//   node scripts/test.mjs [native|wasm|browser...]
import { spawn } from "node:child_process";
import { executable } from "../tests/browser/harness.mjs";

const cargo = process.env.CARGO ?? "cargo";
const suites = {
  native: [cargo, ["test", "--locked", "--workspace", "--features", "cli", "--no-fail-fast"]],
  wasm: [cargo, ["test", "--locked", "--target", "wasm32-unknown-unknown", "--features", "web", "--test", "wasm"]],
  types: ["node", ["scripts/check-js.mjs"]],
  budget: ["node", ["scripts/budget.mjs"]],
  browser: ["node", ["tests/browser/run.mjs"]],
};
const environment = {
  ...process.env,
  CHROMEDRIVER: executable("CHROMEDRIVER", "chromedriver"),
  WASM_BINDGEN_TEST_TIMEOUT: "120",
};

let passed = 0;
let failed = 0;
const notes = [];
const chosen = process.argv.slice(2);
for (const [name, [command, args]] of Object.entries(suites)) {
  if (chosen.length && !chosen.includes(name)) continue;
  console.log(`\n== ${name}: ${command} ${args.join(" ")}`);
  const { code, output } = await run(command, args);
  // cargo and wasm-bindgen: "test result: ok. 3 passed; 0 failed; …"; ours: "3 passed, 0 failed"
  let suitePassed = 0;
  let suiteFailed = 0;
  for (const [, p, f] of output.matchAll(/^(?:test result: \w+\. )?(\d+) passed[;,] (\d+) failed/gm)) {
    suitePassed += Number(p);
    suiteFailed += Number(f);
  }
  // A suite that could not run at all counts as one failure; one without counts of its own as one test.
  if (code !== 0 && suiteFailed === 0) suiteFailed = 1;
  if (code === 0 && suitePassed === 0) suitePassed = 1;
  if (suiteFailed) notes.push(`${name}: ${suiteFailed} failed`);
  passed += suitePassed;
  failed += suiteFailed;
}
console.log(notes.length ? `\n${notes.join("\n")}\n` : "");
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.stderr.on("data", (chunk) => process.stderr.write(chunk));
    child.on("error", (error) => (console.error(String(error)), done({ code: 1, output })));
    child.on("close", (code) => done({ code, output: output.replace(/\u001b\[[0-9;]*m/g, "") }));
  });
}
