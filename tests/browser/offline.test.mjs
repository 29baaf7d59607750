// Without a network: what the page keeps, what it says of its age, and how one version follows another.
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, dist, launchPersistent, ready, test, until } from "./harness.mjs";
import { chart, filters, link, place, reads, table, unzip } from "./reader.mjs";

const snapshot = "data/western-balkans.json";
const title = "Western Balkans: refugees, asylum-seekers and other people in mixed movements";
const heading = (page) => page.getByRole("heading", { level: 1, name: title });
const strips = (page) => page.locator(".notices, mixed-movements .strip");
const strip = (page, words) => page.getByRole("status").filter({ hasText: words });
const named = (page, name) => page.getByRole("button", { name, exact: true });

/** The figures' file with another edition, and other bytes. */
function edited(edition) {
  const file = JSON.parse(readFileSync(join(dist, snapshot)));
  file.extension.mixedMovements.edition = edition;
  return JSON.stringify(file);
}

/** A server of the app whose parts a test changes: `set(path, body)`; `null` takes a file away. */
async function app(serve, { folder = dist, headers } = {}) {
  const changed = new Map();
  const server = await serve({
    folder, base: "/app/", ...(headers && { headers }),
    change: (path, body) => {
      if (changed.get(path) === null) throw new Error("taken away");
      return changed.get(path) ?? body;
    },
  });
  return { ...server, set: (path, body) => changed.set(path, body), restore: (path) => changed.delete(path) };
}

/** Waits until worker and figures are there for a start without a network. */
async function kept(page) {
  await until("the worker is active and the figures are kept", () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const names = (await caches.keys()).filter((name) => name.startsWith("mixed-movements-saved:"));
      const saved = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length));
      return registration?.active?.state === "activated" && saved.some((count) => count > 0);
    }),
  );
}

/** Changes what is known of every saved edition. */
const rewrite = (page, change) =>
  page.evaluate(async (change) => {
    for (const name of (await caches.keys()).filter((name) => name.startsWith("mixed-movements-saved:"))) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        const facts = JSON.parse(decodeURIComponent(response.headers.get("x-mixed-movements-saved")));
        const headers = { "x-mixed-movements-saved": encodeURIComponent(JSON.stringify({ ...facts, ...change })) };
        await cache.put(request, new Response(change.body ?? (await response.arrayBuffer()), { headers }));
      }
    }
  }, change);

/** A visit, after which everything is kept, and the server's end. */
async function visited(page, serve, path = "") {
  const server = await app(serve);
  await page.goto(server.url + path);
  await ready(page);
  await kept(page);
  return server;
}

// The browser's own line on each request that found no network.
const noNetwork = (quiet) => {
  quiet.console = quiet.console.filter((line) => !/net::ERR_|Failed to load resource|Failed to fetch/.test(line));
};

/** How much of the ink of an SVG is where a PNG has ink, between 0 and 1. */
async function likeness(context, svg, png) {
  const blank = await context.newPage(); // without the page's policy
  const answer = await blank.evaluate(async ([svg, png]) => {
    const pixels = async (address) => {
      const image = Object.assign(new Image(), { src: address });
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
      const pen = canvas.getContext("2d");
      pen.drawImage(image, 0, 0);
      const { data } = pen.getImageData(0, 0, image.width, image.height);
      return { width: image.width, height: image.height, isInk: (x, y) => data[4 * (y * image.width + x)] + data[4 * (y * image.width + x) + 1] < 400 };
    };
    const one = await pixels(`data:image/svg+xml,${encodeURIComponent(svg)}`);
    const other = await pixels(`data:image/png;base64,${png}`);
    const near = [-2, -1, 0, 1, 2];
    let [all, found] = [0, 0];
    for (let y = 2; y < one.height - 2; y += 1) {
      for (let x = 2; x < one.width - 2; x += 1) {
        if (!one.isInk(x, y)) continue;
        all += 1;
        found += near.some((dy) => near.some((dx) => other.isInk(x + dx, y + dy))) ? 1 : 0;
      }
    }
    return one.width === other.width && Math.abs(one.height - other.height) <= 1 && all > 1000 ? found / all : 0;
  }, [svg, png.toString("base64")]);
  await blank.close();
  return answer;
}

async function dialog(page) {
  await named(page, "Offline and saved editions").click();
  return page.getByRole("dialog", { name: "Offline and saved editions" });
}

test("the list of what is kept is the app, whole and nothing else, each file with its hash", async () => {
  const worker = readFileSync(join(dist, "service-worker.js"), "utf8");
  const entries = [...worker.matchAll(/url:"([^"]+)",revision:(?:"\w+"|null),integrity:"([^"]+)"/g)].map(([, url, hash]) => [url, hash]);
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(dist.length + 1))
    .filter((path) => !/^(data|v|screenshots)\/|^(service-worker|kill-switch|host)\.js$|\.d\.ts$|^oembed\.json$|^one-file\.html$/.test(path))
    .sort();
  assert.deepEqual(entries.map(([url]) => url).sort(), files);
  for (const [url, hash] of entries) {
    assert.equal(hash, `sha256-${createHash("sha256").update(readFileSync(join(dist, url))).digest("base64")}`, url);
  }
  assert.ok(files.some((path) => path.endsWith(".wasm")) && files.some((path) => path.startsWith("locales/")));
  assert.ok(files.some((path) => path.startsWith("shapes/")));
});

test("without a network a link opens in a new tab, with filters, charts, map, table, files, quotes, languages", async ({ page, context, serve, quiet }) => {
  const server = await visited(page, serve);
  await server.close();
  const other = await context.newPage();
  await other.goto(`${server.url}?utm=x${link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" })}`);
  await ready(other);
  await heading(other).waitFor();
  await reads(strip(other, "Edition January 2024"), "Edition January 2024 · saved this minute · its address does not answer");
  await until("the view is that of the link", () => place(other, /^Serbia/).isChecked());
  await chart(other, /by month/).first().waitFor();
  await reads(table(other), "Bosnia and Herzegovina");
  await place(other, /^Serbia/).uncheck();
  await until("the address follows", () => other.url().includes("country=BIH"));
  await named(other, "Download").click();
  const files = other.getByRole("dialog", { name: "Download" });
  const [download] = await Promise.all([other.waitForEvent("download"), named(files, "Save").click()]);
  const csv = readFileSync(await download.path(), "utf8");
  await named(files, "Close").click();
  assert.match(csv, /saved this minute · its address does not answer/);
  await named(other, "Quote").click();
  await reads(other.getByRole("dialog", { name: "Quote" }), "saved this minute");
  await other.keyboard.press("Escape");
  await named(other, "Use dark colours").click();
  await other.getByRole("combobox", { name: "Language" }).selectOption("ar");
  await reads(strip(other, "كانون الثاني"), "حُفظ");
  await other.reload();
  await ready(other);
  assert.match(other.url(), /lang=ar/);
  noNetwork(quiet);
});

test("after the browser was closed the page starts without a network, in its window and by a link", async ({ serve }) => {
  const folder = mkdtempSync(join(tmpdir(), "mixed-movements-profile-"));
  try {
    const server = await app(serve);
    let browser = await launchPersistent(folder);
    let page = await browser.newPage();
    await page.goto(server.url);
    await ready(page);
    await kept(page);
    await browser.close();
    await server.close();
    browser = await launchPersistent(folder);
    page = await browser.newPage();
    await page.goto(`${server.url}${link({ dataset: "present" })}`);
    await ready(page);
    await reads(strip(page, "Edition"), "Edition January 2024 · saved");
    await browser.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a frame shows what the app has saved, and says that it is not new", async ({ page, serve, quiet }) => {
  const server = await visited(page, serve);
  await page.goto(`${server.url}embed.html?view=figures`);
  await ready(page);
  assert.equal(await strip(page, "Edition").count(), 0);
  await server.close();
  await page.goto(`${server.url}embed.html?view=figures`);
  await ready(page);
  await reads(strip(page, "Edition"), "Edition January 2024 · saved this minute · its address does not answer");
  noNetwork(quiet);
});

test("figures from the device say how old they are, above the page and in what is taken away", async ({ page, context, serve, quiet }) => {
  await visited(page, serve);
  await rewrite(page, { savedAt: Date.now() - 3 * 86_400_000 - 1000 });
  await context.setOffline(true);
  await page.reload();
  await ready(page);
  await reads(strip(page, "Edition"), "Edition January 2024 · saved 3 days ago · offline");
  await named(page, "Quote").click();
  await reads(page.getByRole("dialog", { name: "Quote" }), "edition January 2024, published February 2024, saved 3 days ago · offline");
  await page.keyboard.press("Escape");
  const age = "saved 3 days ago · offline";
  const saved = async (dialog) => {
    const [download] = await Promise.all([page.waitForEvent("download"), named(dialog, "Save").click()]);
    return readFileSync(await download.path());
  };
  await named(page, "Download").click();
  const files = page.getByRole("dialog", { name: "Download" });
  for (const format of [/^Table, CSV/, /^JSON-stat/]) {
    await files.getByRole("radio", { name: format }).check();
    const text = (await saved(files)).toString("utf8");
    for (const words of [age, "2024-01", "2024-02"]) assert.ok(text.includes(words), `${words} in ${format}`);
  }
  await files.getByRole("radio", { name: /^Workbook/ }).check();
  assert.ok(unzip(await saved(files)).get("xl/sharedStrings.xml").includes(age));
  await page.keyboard.press("Escape");
  await page.locator("figure.of-trend").getByRole("button", { name: /^More/ }).click();
  await page.getByRole("menuitem", { name: "Picture" }).click();
  const pictures = page.getByRole("dialog", { name: "Picture" });
  await pictures.getByRole("radio", { name: /SVG/ }).check();
  const svg = (await saved(pictures)).toString("utf8");
  const drawn = [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text).join(" ");
  assert.match(drawn, /edition January 2024, published February 2024, saved 3 days ago · offline/);
  await pictures.getByRole("radio", { name: /PNG/ }).check();
  await pictures.getByRole("radio", { name: /^1×/ }).check();
  const png = await saved(pictures);
  assert.ok((await likeness(context, svg, png)) > 0.98, "the PNG is the same picture as the SVG");
  await page.keyboard.press("Escape");
  // Back on the network, the same bytes are current again, and nothing is said.
  await context.setOffline(false);
  await until("the strip has gone", async () => (await strip(page, "saved 3 days ago").count()) === 0);
  await heading(page).waitFor();
  noNetwork(quiet);
});

test("where the browser knows of no network, a start asks nobody, and the console stays empty", async ({ page, context, serve }) => {
  await visited(page, serve);
  await page.reload(); // under the worker now
  await ready(page);
  await context.setOffline(true);
  await page.reload();
  await ready(page);
  await reads(strip(page, "Edition"), "Edition January 2024 · saved this minute · offline");
});

test("a clock that cannot be right gives a date, not an age", async ({ page, context, serve, quiet }) => {
  await visited(page, serve);
  await rewrite(page, { savedAt: Date.UTC(2199, 4, 17, 12) });
  await context.setOffline(true);
  await page.reload();
  await ready(page);
  await reads(strip(page, "Edition"), "Edition January 2024 · saved on 17 May 2199, but the clock of this device is wrong · offline");
  noNetwork(quiet);
});

test("a newer edition is offered, and shown when the reader says so", async ({ page, context, serve, quiet }) => {
  const server = await visited(page, serve, link({ dataset: "new-arrivals", country: "SRB" }));
  server.set(snapshot, edited("2024-02"));
  await context.setOffline(true);
  await context.setOffline(false);
  await reads(strip(page, "Another edition is there"), "Another edition is there: February 2024.");
  const edition = page.getByRole("definition").first();
  await reads(edition, "January 2024");
  await strip(page, "Another edition is there").getByRole("button", { name: "Show" }).click();
  await reads(edition, "February 2024");
  assert.match(page.url(), /country=SRB/);
  await reads(filters(page), "Serbia");
  // It is the one that is kept from now on.
  const list = await dialog(page);
  await reads(list.getByRole("listitem"), "Edition February 2024");
  assert.equal(await list.getByRole("listitem").count(), 1);
  noNetwork(quiet);
});

test("a network that is too slow is not waited for; what it brings at last is offered", async ({ page, serve, quiet }) => {
  const server = await visited(page, serve);
  let arrive;
  server.set(snapshot, new Promise((done) => (arrive = done)));
  await page.reload();
  await ready(page);
  await reads(strip(page, "Edition"), "Edition January 2024 · saved this minute · its address does not answer");
  arrive(edited("2024-02"));
  await reads(strip(page, "Another edition is there"), "February 2024");
  await reads(page.getByRole("definition").first(), "January 2024");
  noNetwork(quiet);
});

test("a file that cannot be read never replaces a good one, which is offered", async ({ page, serve, quiet }) => {
  const server = await visited(page, serve);
  for (const broken of ["<!doctype html><title>Sign in</title>", edited("2024-02").slice(0, 50_000)]) {
    server.set(snapshot, broken);
    await page.reload();
    await page.getByRole("alert").waitFor();
    await reads(strip(page, "last good edition"), "The last good edition is still on this device: January 2024, saved");
    await strip(page, "last good edition").getByRole("button", { name: "Show" }).click();
    await heading(page).waitFor();
    await strip(page, "last good edition").waitFor({ state: "detached" });
  }
  server.set(snapshot, null);
  await page.reload();
  await reads(strip(page, "Edition"), "its address does not answer");
  noNetwork(quiet);
});

test("a saved file that is no longer what was saved is not shown", async ({ page, context, serve, quiet }) => {
  const server = await visited(page, serve);
  await rewrite(page, { body: edited("2024-03") });
  await server.close();
  await page.reload();
  await page.getByRole("alert").waitFor();
  assert.equal(await heading(page).count(), 0);
  assert.equal(await strip(page, "last good edition").count(), 0);
  noNetwork(quiet);
});

/** Another version of the app: its page says which it is, and the worker's list differs with it. */
function version(name, edit = (text) => text) {
  const html = readFileSync(join(dist, "index.html"), "utf8").replace("<html ", `$&data-version="${name}" `);
  const hash = createHash("sha256").update(html);
  const [base64, hex] = [hash.copy().digest("base64"), hash.digest("hex").slice(0, 16)];
  const worker = readFileSync(join(dist, "service-worker.js"), "utf8").replace(
    /url:"index.html",revision:"\w+",integrity:"[^"]+"/,
    `url:"index.html",revision:"${hex}",integrity:"sha256-${base64}"`,
  );
  return (server) => {
    server.set("index.html", html);
    server.set("service-worker.js", edit(worker));
  };
}
const runs = (page) => page.evaluate(() => document.documentElement.dataset.version);
const lookForUpdate = (page) => page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update().then(() => true, () => false));

test("a new version waits, says so, and takes over in all tabs without losing the view", async ({ page, context, serve, quiet }) => {
  const server = await visited(page, serve);
  await page.reload(); // under the worker now
  await ready(page);
  const other = await context.newPage();
  await other.goto(`${server.url}${link({ dataset: "asylum" })}`);
  await ready(other);
  version("Second")(server);
  await lookForUpdate(page);
  for (const tab of [page, other]) await strip(tab, "A new version of this page is ready").waitFor();
  // It waits: even a reload shows the version that runs.
  await page.reload();
  await ready(page);
  assert.equal(await runs(page), undefined);
  await strip(page, "A new version of this page is ready").getByRole("button", { name: "Use it now" }).click();
  for (const tab of [page, other]) {
    await tab.waitForFunction(() => document.documentElement.dataset.version === "Second");
    await ready(tab);
    assert.equal(await strip(tab, "A new version").count(), 0);
  }
  assert.match(other.url(), /dataset=asylum/);
  // Rolled back: the earlier version is one more new version.
  server.restore("index.html");
  server.restore("service-worker.js");
  await lookForUpdate(page);
  await strip(page, "A new version of this page is ready").getByRole("button", { name: "Use it now" }).click();
  for (const tab of [page, other]) await tab.waitForFunction(() => document.documentElement.dataset.version !== "Second");
  await ready(page);
  noNetwork(quiet);
});

test("a version of which a part is missing, cut off or of another build never runs", async ({ page, serve, quiet }) => {
  const server = await visited(page, serve);
  await page.reload();
  await ready(page);
  const french = readFileSync(join(dist, "locales/fr.json"), "utf8");
  // Listed anew, so that it is downloaded.
  const listed = (text) => text.replace(/url:"locales\/fr.json",revision:"/, '$&0');
  for (const part of [null, french.slice(0, 2000), `${french}\n`]) {
    version("Broken", listed)(server);
    server.set("locales/fr.json", part);
    await lookForUpdate(page);
    await page.reload();
    await ready(page);
    assert.equal(await runs(page), undefined);
    assert.equal(await strip(page, "A new version").count(), 0);
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).waiting), null);
  }
  // Once it is whole, it is offered.
  server.restore("locales/fr.json");
  await lookForUpdate(page);
  await strip(page, "A new version of this page is ready").waitFor();
  quiet.console.length = quiet.errors.length = 0; // the worker tells why it was not installed
});

test("the kill switch takes the app off at once, and leaves the saved editions", async ({ page, serve, quiet }) => {
  const server = await visited(page, serve);
  await page.reload();
  await ready(page);
  server.set("service-worker.js", readFileSync(join(dist, "kill-switch.js")));
  const reloaded = page.waitForEvent("load");
  await page.evaluate(async () => void (await navigator.serviceWorker.getRegistration()).update().catch(() => {}));
  await reloaded;
  await ready(page);
  await until("worker and app are gone, the figures are not", () =>
    page.evaluate(async () => {
      const names = await caches.keys();
      const gone = !names.some((name) => name.startsWith("workbox-")) && !navigator.serviceWorker.controller;
      return gone && names.some((name) => name.startsWith("mixed-movements-saved:"));
    }),
  );
  await heading(page).waitFor();
  noNetwork(quiet);
});

test("saved editions are listed with their sizes, kept when asked, and removed one by one or all", async ({ page, serve, quiet, context }) => {
  await context.addInitScript(() => {
    navigator.storage.persist = async () => true;
    navigator.storage.persisted = async () => true;
  });
  const server = await visited(page, serve);
  let list = await dialog(page);
  await reads(list.getByRole("listitem"), /Edition January 2024.*127\.0\.0\.1.* · \d+ kB · saved this minute/);
  await reads(list, /This site uses [\d.]+ [kM]B on this device/);
  await list.getByRole("button", { name: "Save for offline" }).click();
  await reads(list, "Saved. The browser has promised to keep it.");
  await reads(list.getByRole("listitem"), "kept until you remove it");
  await list.getByRole("button", { name: "Close" }).click();
  // What the reader asked to keep stays beside a newer one.
  server.set(snapshot, edited("2024-02"));
  await page.reload();
  await ready(page);
  list = await dialog(page);
  await until("both are listed", async () => (await list.getByRole("listitem").count()) === 2);
  await list.getByRole("button", { name: "Show the edition January 2024" }).click();
  await reads(page.getByRole("definition").first(), "January 2024");
  await reads(strip(page, "Edition"), "Edition January 2024 · saved this minute");
  list = await dialog(page);
  await list.getByRole("button", { name: "Remove the edition February 2024" }).click();
  await until("one is left", async () => (await list.getByRole("listitem").count()) === 1);
  await list.getByRole("button", { name: "Remove offline copies" }).click();
  await reads(list, "All offline copies are removed. Nothing is kept until you save an edition again.");
  assert.deepEqual(await page.evaluate(() => caches.keys()), []);
  await page.reload();
  await ready(page);
  list = await dialog(page);
  await reads(list, "Nothing is kept on this device until you save an edition.");
  assert.deepEqual(await page.evaluate(async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]), [[], 0]);
  // Asked for again, it works again.
  await list.getByRole("button", { name: "Save for offline" }).click();
  await kept(page);
  noNetwork(quiet);
});

test("a device without room shows the figures, and says that it does not keep them", async ({ page, serve, quiet, context }) => {
  const server = await app(serve);
  const session = await context.newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize: 50_000 });
  await page.goto(server.url);
  await ready(page);
  await strip(page, "There is no room on this device to keep this edition").waitFor();
  await heading(page).waitFor();
  await strip(page, "There is no room").getByRole("button", { name: "Dismiss" }).click();
  assert.equal(await strip(page, "There is no room").count(), 0);
  quiet.console.length = quiet.errors.length = 0; // the worker tells that it has no room
});

test("a browser that refuses storage shows the figures, and says that it keeps nothing", async ({ page, serve, context, quiet }) => {
  await context.addInitScript(() => {
    const refuse = async () => {
      throw new DOMException("refused", "SecurityError");
    };
    CacheStorage.prototype.open = CacheStorage.prototype.keys = CacheStorage.prototype.delete = refuse;
    ServiceWorkerContainer.prototype.register = refuse;
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("refused", "SecurityError");
      },
    });
  });
  const server = await app(serve);
  await page.goto(server.url);
  await ready(page);
  await heading(page).waitFor();
  const list = await dialog(page);
  await reads(list, "This browser keeps nothing for this page");
  assert.equal(await list.getByRole("button", { name: "Save for offline" }).count(), 0);
  noNetwork(quiet);
});

test("editions that the browser threw away are said to be gone, and kept again", async ({ page, serve, quiet }) => {
  await visited(page, serve);
  await until("it is remembered that something was kept", () => page.evaluate(() => Object.keys(localStorage).some((key) => Number(localStorage[key]) > 0)));
  await page.evaluate(async () => {
    for (const name of await caches.keys()) if (name.startsWith("mixed-movements-saved:")) await caches.delete(name);
  });
  await page.reload();
  await ready(page);
  await strip(page, "The browser has removed saved editions from this device").waitFor();
  await kept(page);
  noNetwork(quiet);
});

test("the app can be installed, with its pictures and shortcuts", async ({ page, serve, context }) => {
  const server = await visited(page, serve);
  const session = await context.newCDPSession(page);
  const { url, errors } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  assert.equal(url, `${server.url}manifest.webmanifest`);
  // Contexts of tests are private windows, in which alone nothing may be installed.
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  const manifest = JSON.parse(readFileSync(join(dist, "manifest.webmanifest")));
  for (const form of ["wide", "narrow"]) {
    const all = manifest.screenshots.filter(({ form_factor }) => form_factor === form);
    assert.ok(all.length > 0 && new Set(all.map(({ sizes }) => sizes)).size === 1, form);
  }
  for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots, ...manifest.shortcuts.flatMap(({ icons }) => icons)]) {
    const file = readFileSync(join(dist, src));
    // The size as the PNG itself says it.
    if (src.endsWith(".png")) assert.equal(`${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`, sizes, src);
  }
  for (const { name, url: address } of manifest.shortcuts) {
    await page.goto(new URL(address, server.url).href);
    await page.reload();
    await ready(page);
    await page.getByRole("tab", { name, selected: true }).waitFor();
  }
});
