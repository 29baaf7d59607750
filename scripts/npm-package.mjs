// Makes dist-npm/ from dist/: a package of element and API, and its tarball for `npm install <file>`.
// The same dist/ gives the same bytes.
//
//   node scripts/npm-package.mjs [folder [dist]]
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const dist = resolve(process.argv[3] ?? join(root, "dist"));
const out = resolve(process.argv[2] ?? join(root, "dist-npm"));
const [version] = readdirSync(join(dist, "v"));

const program = readdirSync(dist).filter((name) => name.endsWith(".wasm"));
const parts = ["widget.js", "host.js", "xlsx.js", "sound.js", "mixed-movements.d.ts", "locales", "shapes", ...program];
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const name of parts) cpSync(join(dist, name), join(out, name), { recursive: true });
const licences = readdirSync(root).filter((name) => name.startsWith("LICENSE"));
for (const name of licences.filter((name) => existsSync(join(root, name)))) cpSync(join(root, name), join(out, name));

const manifest = {
  name: "mixed-movements",
  version,
  description: "Refugee and mixed-movement statistics on a page: an element, and a query API that knows what may be added",
  license: "MIT OR Apache-2.0",
  type: "module",
  exports: {
    ".": { types: "./mixed-movements.d.ts", default: "./widget.js" },
    "./host.js": "./host.js",
    "./package.json": "./package.json",
  },
  types: "./mixed-movements.d.ts",
  sideEffects: true,
};
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(
  join(out, "README.md"),
  `# mixed-movements

Refugee and mixed-movement statistics on a page, worked out in the reader's browser by a WebAssembly program that knows
what may be added.

\`\`\`js
import { open } from "mixed-movements"; // defines <mixed-movements>, too

const snapshot = await open("https://figures.example/data/western-balkans.json");
const { groups: [byMonth] } = snapshot.dataset("new-arrivals").query({
  measure: "new-arrivals", where: { country: ["BIH"] }, by: [["month"]],
});
\`\`\`

\`\`\`html
<mixed-movements src="https://figures.example/data/western-balkans.json" dataset="new-arrivals" view="trend"></mixed-movements>
\`\`\`

The program, \`${program[0]}\`, is fetched from where \`widget.js\` lies: bundlers that know \`new URL(…, import.meta.url)\`
take it along; elsewhere serve this folder as it is. Types are in \`mixed-movements.d.ts\`.
`,
);

const { status, stderr } = spawnSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", out], {
  cwd: out, encoding: "utf8",
});
if (status !== 0) {
  console.error(`npm-package: npm pack failed: ${stderr}`);
  process.exit(1);
}
console.log(`${join(out, `mixed-movements-${version}.tgz`)}`);
