// What `make dist` leaves for npm: installs without a network, bundles, runs, and is the same when made twice.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { assert, ready, root, test } from "./harness.mjs";

test("the package for npm is the same when made twice, installs, bundles, has its types, and runs from where it lies", async ({ page, serve, site }) => {
  const folder = mkdtempSync(join(tmpdir(), "package-"));
  try {
    const make = (name) => {
      const out = join(folder, name);
      const made = spawnSync("node", [join(root, "scripts/npm-package.mjs"), out], { encoding: "utf8" });
      assert.equal(made.status, 0, made.stderr);
      const tarball = readdirSync(out).find((file) => file.endsWith(".tgz"));
      return join(out, tarball);
    };
    const [first, second] = [make("first"), make("second")];
    assert.ok(readFileSync(first).equals(readFileSync(second)), "two tarballs of the same dist/ differ");
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    const installed = spawnSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--silent", first], { cwd: folder, encoding: "utf8" });
    assert.equal(installed.status, 0, installed.stderr);
    const inside = readdirSync(join(folder, "node_modules/mixed-movements"));
    for (const name of ["README.md", "widget.js", "xlsx.js", "mixed-movements.d.ts", "locales", "shapes"]) assert.ok(inside.includes(name), name);
    assert.equal(inside.filter((name) => name.endsWith(".wasm")).length, 3); // its two parts, and that for workbooks
    assert.ok(inside.filter((name) => name.startsWith("LICENSE")).length > 0);
    writeFileSync(join(folder, "use.ts"), 'import init, { open, type Snapshot } from "mixed-movements";\nawait init();\nexport const snapshot: Snapshot = await open("x.json");\n');
    const { warnings } = await build({ entryPoints: [join(folder, "use.ts")], bundle: true, write: false, format: "esm", logLevel: "silent" });
    assert.deepEqual(warnings, []);
    const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), [
      "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", join(folder, "use.ts"),
    ], { cwd: folder, encoding: "utf8" });
    assert.equal(tsc.status, 0, tsc.stdout);
    // Not index.html, which the server would give the app's policy.
    writeFileSync(
      join(folder, "page.html"),
      `<!doctype html><html lang="en"><title>A page with packages</title><link rel="icon" href="data:,">
      <script type="module" src="node_modules/mixed-movements/widget.js"></script>
      <mixed-movements lang="fr" src="${site.url}data/western-balkans.json" dataset="new-arrivals" view="trend" country="BIH" loading="eager"></mixed-movements>`,
    );
    const { url } = await serve({ folder });
    await page.goto(`${url}page.html`);
    await ready(page);
    await page.locator("mixed-movements").getByRole("heading", { name: /Nouvelles arrivées/ }).waitFor(); // its languages, too
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
