// Notes which functions the page runs until its first chart, and writes them to scripts/first-part.txt,
// by which the build splits the program in two.
//
//   node scripts/profile.mjs           writes the list (make profile)
//   node scripts/profile.mjs --check   fails where the page as built needs the rest before its first chart
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../tests/browser/harness.mjs";
import { parts } from "./parts.mjs";
import { serve } from "./serve.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const readers = [
  { viewport: { width: 1280, height: 800 } },
  { viewport: { width: 360, height: 740 }, deviceScaleFactor: 3, hasTouch: true, colorScheme: "dark" },
  { viewport: { width: 800, height: 600 }, address: "#lang=fr" },
  // Whose figures come slowly.
  { viewport: { width: 1280, height: 800 }, delay_ms: 1500 },
  // To whom the rest does not come.
  { viewport: { width: 1280, height: 800 }, isCutOff: true },
];

if (process.argv.includes("--check")) await check(join(root, "dist"));
else await write();

async function write() {
  const folder = await mkdtemp(join(tmpdir(), "profile-"));
  try {
    const [dist, whole, noted] = ["dist", "whole.wasm", "noted"].map((name) => join(folder, name));
    const { status } = spawnSync("trunk", ["--log", "warn", "build", "--release", "--dist", dist], {
      cwd: root, stdio: "inherit", env: { ...process.env, PROFILE_PROGRAM: whole },
    });
    if (status !== 0) throw new Error("The program could not be built.");
    const ran = await visit(dist, (page) => page.evaluate(() => [...new Uint8Array(globalThis.noted.buffer)]));
    await writeFile(noted, Uint8Array.from(ran[0], (_, place) => ran.some((one) => one[place])));
    parts("list", whole, noted, join(root, "scripts/first-part.txt"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function check(dist) {
  const asked = await visit(dist, (page, requests) => requests.filter((kind) => kind === "xhr").length);
  if (!asked.some(Boolean)) return;
  console.error("The first chart needs the rest of the program. Run: make profile");
  process.exit(1);
}

/** Opens the page as each reader, keeps the rest of the program back, and asks once the first chart is there. */
async function visit(dist, ask) {
  const site = await serve({ folder: dist, base: "/page/" });
  const browser = await launch();
  const answers = [];
  for (const { address = "", isCutOff = false, delay_ms = 0, ...options } of readers) {
    const context = await browser.newContext({ ...options, serviceWorkers: "block" });
    const page = await context.newPage();
    const requests = [];
    page.on("request", (request) => requests.push(request.resourceType()));
    await page.route(/\/rest-[0-9a-f]+\.wasm$/, (route) => {
      if (isCutOff) return route.abort();
      if (route.request().resourceType() === "xhr") return route.continue();
    });
    await page.route("**/data/*.json", async (route) => {
      await new Promise((done) => setTimeout(done, delay_ms));
      await route.continue();
    });
    await page.addInitScript(() => {
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = async (...given) => {
        const instance = await instantiate.apply(WebAssembly, given);
        globalThis.noted ??= instance.exports.profile;
        return instance;
      };
    });
    await page.goto(site.url + address);
    await page.locator("canvas").first().waitFor();
    if (isCutOff) await page.getByRole("alert").getByRole("button").click();
    await page.waitForTimeout(500);
    answers.push(await ask(page, requests));
    await context.close();
  }
  await browser.close();
  await site.close();
  return answers;
}
