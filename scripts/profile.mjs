// Notes which code the page runs until its first chart, and writes it to scripts/first-part.txt,
// by which the build splits the program in two.
//
//   node scripts/profile.mjs           writes the list (make profile)
//   node scripts/profile.mjs --check   fails where the page as built needs the rest before its first chart
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../tests/browser/harness.mjs";
import { parts } from "./parts.mjs";
import { serve } from "./serve.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const wide = { viewport: { width: 1280, height: 800 } };
const narrow = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 3, hasTouch: true, colorScheme: "dark" };
const readers = [
  wide,
  narrow,
  { viewport: { width: 800, height: 600 }, address: "#lang=fr" },
  // Whose figures come late, or in small pieces: a piece may end in the middle of anything.
  { ...wide, late: "**/data/*.json" },
  { ...wide, late: "**/locales/*.json", address: "#lang=fr" },
  { ...wide, piece_bytes: 1013 },
  { ...narrow, piece_bytes: 4093, address: "#lang=ar" },
  // Whose device is slow, so that what is waited for comes in another order.
  { ...wide, slowdown: 6 },
  { ...narrow, slowdown: 6, address: "#lang=fr" },
  // Who sees one view on a partner's page.
  { viewport: { width: 640, height: 600 }, address: "embed.html?view=trend" },
  { viewport: { width: 800, height: 600 }, address: "embed.html?view=trend&dataset=new-arrivals&country=BIH&lang=en" },
  { viewport: { width: 320, height: 600 }, address: "embed.html?view=trend&country=SRB%20BIH&from=2019-01&to=2020-12&theme=dark" },
  { ...narrow, piece_bytes: 2039, address: "embed.html?view=trend&lang=fr" },
  { ...wide, late: "**/locales/*.json", address: "embed.html?view=trend&lang=ar" },
  // Who sees several, which share program and snapshot.
  { ...wide, more: 19, address: "embed.html?view=trend&country=SRB%20BIH" },
  // Who sees one or several on a page of another origin.
  { ...wide, host: "plain.html" },
  { ...narrow, host: "plain.html" },
  { ...wide, host: "rtl.html" },
  { ...wide, host: "plain.html", more: 19 },
  { ...narrow, host: "plain.html", more: 3, slowdown: 6 },
  // To whom the rest does not come.
  { ...wide, isCutOff: true },
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
    const note = (page) => page.evaluate(() => [...new Uint8Array(globalThis.noted.buffer)]);
    // More than once: not everything comes in the same order each time.
    const ran = [];
    for (let round = 0; round < 3; round++) ran.push(...(await visit(dist, note)));
    await writeFile(noted, Uint8Array.from(ran[0], (_, place) => ran.some((one) => one[place])));
    parts("list", whole, noted, join(root, "scripts/first-part.txt"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function check(dist) {
  const asked = await visit(dist, (page, requests) => requests.filter((kind) => kind === "xhr").length);
  if (!asked.some(Boolean)) return;
  const who = readers.filter((_, place) => asked[place]).map((reader) => JSON.stringify(reader));
  console.error(`The first chart needs the rest of the program. Run: make profile\n${who.join("\n")}`);
  process.exit(1);
}

/** Opens the page as each reader, keeps the rest of the program back, and asks once the first chart is there. */
async function visit(dist, ask) {
  let pieces;
  const site = await serve({ folder: dist, base: "/page/", instead: (path, _, response) => pieces?.(path, response) });
  const hosts = await serve({
    folder: join(root, "tests/browser/hosts"),
    change: (_, body) => body.toString().replaceAll("{{site}}", site.url),
  });
  const browser = await launch();
  const answers = [];
  for (const { address = "", isCutOff = false, host, late, more = 0, piece_bytes, slowdown = 1, ...options } of readers) {
    pieces = piece_bytes && inPieces(dist, piece_bytes);
    const context = await browser.newContext({ ...options, serviceWorkers: "block" });
    const page = await context.newPage();
    const requests = [];
    page.on("request", (request) => requests.push(request.resourceType()));
    await page.route(/\/rest-[0-9a-f]+\.wasm$/, (route) => {
      if (isCutOff) return route.abort();
      if (route.request().resourceType() === "xhr") return route.continue();
    });
    if (late) {
      await page.route(late, async (route) => {
        await new Promise((done) => setTimeout(done, 1500));
        await route.continue();
      });
    }
    await page.addInitScript((more) => {
      addEventListener("DOMContentLoaded", () => {
        const element = document.querySelector("mixed-movements");
        for (let at = 0; at < more; at += 1) element.after(element.cloneNode());
      });
    }, more);
    await page.addInitScript(() => {
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = async (...given) => {
        const instance = await instantiate.apply(WebAssembly, given);
        globalThis.noted ??= instance.exports.profile;
        return instance;
      };
    });
    const debug = await context.newCDPSession(page);
    await debug.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await page.goto(host ? hosts.url + host : site.url + address);
    await page.locator("canvas").first().waitFor();
    if (isCutOff) await page.getByRole("alert").getByRole("button").click();
    await page.waitForTimeout(late ? 2500 : 500 * slowdown);
    answers.push(await ask(page, requests));
    await context.close();
  }
  await browser.close();
  await Promise.all([site.close(), hosts.close()]);
  return answers;
}

/** Sends snapshots in pieces of so many bytes, a few at a time. */
function inPieces(dist, length) {
  return (path, response) => {
    if (!/^data\/.*\.json$/.test(path)) return false;
    readFile(join(dist, path)).then(async (bytes) => {
      response.writeHead(200, { "content-type": "application/json" });
      for (let at = 0; at < bytes.length; at += length) {
        response.write(bytes.subarray(at, at + length));
        if (at % (8 * length) === 0) await new Promise((done) => setTimeout(done, 1));
      }
      response.end();
    });
    return true;
  };
}
