// What browser tests share: `test(name, body)` registers one, run.mjs runs them, one after the other in each browser.
// Each gets a fresh browser context, and fails on any word in the console, any request that leaves the
// origin, any violation of the policy, unless it says that it expects them.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "../../scripts/serve.mjs";

export { assert };
export const root = resolve(fileURLToPath(import.meta.url), "../../..");
export const dist = join(root, "dist");
export const registered = [];

/**
 * Registers a test. `body` gets `{ page, context, browser, site, quiet, open, host, serve }`:
 *
 * - `site` is `{ origin, url }` of dist/, served under a path that is not the root
 * - `open(path, { ready })` goes to a page of the site; with `ready` (the default) it waits until the
 *   first element says it is ready
 * - `quiet` collects `{ console, errors, foreign, violations }`; empty at the end, or the test fails.
 *   Take out of it what you expect (`quiet.console.length = 0`)
 * - `host(name, { headers })` goes to a page of hosts/, which comes from another origin than the site;
 *   `{{site}}` in it becomes the site's address, `{{site-origin}}` its origin
 * - `serve(options)` is a further server, closed after the test
 *
 * Options: `timeout` in ms (60,000), `context` (of playwright's newContext).
 */
export function test(name, options, body = options) {
  registered.push({ name, body, timeout: 60_000, ...(body === options ? {} : options), file: registered.file });
}

/** Waits until `selector` has told that it is ready. */
export function ready(page, selector = "mixed-movements") {
  return page.waitForFunction((s) => document.querySelector(s)?.matches(":state(ready)"), selector);
}

/** Waits until all of the page shows what is chosen: parts that do not yet are busy. */
export function followed(page) {
  return page.waitForFunction(() =>
    [...document.querySelectorAll("mixed-movements")].every(({ shadowRoot }) => !shadowRoot?.querySelector("[aria-busy=true]")),
  );
}

/** Asks again and again until `check()` answers with something true, and gives that. */
export async function until(what, check, timeout = 20_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${timeout / 1000} s: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Lets `globalThis.memory` be the program's memory on the pages that are opened from now on. */
export function watchMemory(page) {
  return page.addInitScript(() => {
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...given) => {
      const instance = await instantiate.apply(WebAssembly, given);
      globalThis.memory ??= instance.exports.memory;
      return instance;
    };
  });
}

export function executable(variable, ...names) {
  if (process.env[variable]) return process.env[variable];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  throw new Error(`no browser found: run scripts/setup browser, or set ${variable}`);
}

const started = () => ({
  executablePath: executable("CHROMIUM", "chromium", "chromium-browser", "google-chrome"),
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
  ],
});

export function launch(options = {}) {
  return chromium.launch({ ...started(), ...options });
}

/** A browser of its own that keeps what it stores in `folder`, so that it can be closed and started again. */
export function launchPersistent(folder, options = {}) {
  return chromium.launchPersistentContext(folder, { ...started(), ...options });
}

/** Runs one registered test. Throws what it throws. */
export async function run({ name, body, timeout, context: contextOptions }, browser, site) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...contextOptions });
  const servers = [];
  const origins = new Set([site.origin]);
  const quiet = { console: [], errors: [], foreign: [], violations: [] };
  context.on("console", (message) => quiet.console.push(`${message.type()}: ${message.text()}`));
  context.on("weberror", (error) => quiet.errors.push(String(error.error()?.stack ?? error.error())));
  context.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && !origins.has(origin)) quiet.foreign.push(request.url());
  });
  await context.exposeBinding("__violation", (_, text) => quiet.violations.push(text));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      globalThis.__violation(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
    );
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const open = async (path = "", { ready: wait = true } = {}) => {
    const response = await page.goto(new URL(path, site.url).href);
    if (wait) await ready(page);
    return response;
  };
  const serveMore = async (options) => {
    const server = await serve(options);
    servers.push(server);
    origins.add(server.origin);
    return server;
  };
  const host = async (name, { headers = {}, values = {} } = {}) => {
    const fill = (text) =>
      Object.entries({ site: site.url, "site-origin": site.origin, ...values }).reduce(
        (filled, [key, value]) => filled.replaceAll(`{{${key}}}`, value),
        text,
      );
    const filled = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, fill(value)]));
    const hosts = await serveMore({
      folder: join(root, "tests/browser/hosts"),
      headers: () => filled,
      change: (path, body) => (path.endsWith(".html") ? fill(body.toString()) : body),
    });
    return page.goto(hosts.url + name);
  };
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not done after ${timeout / 1000} s`)), timeout);
  });
  try {
    await Promise.race([body({ page, context, browser, site, quiet, open, host, serve: serveMore }), late]);
    assert.deepEqual(quiet, { console: [], errors: [], foreign: [], violations: [] }, "the page was not quiet");
  } catch (error) {
    const folder = join(root, "test-results");
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name.replace(/[^a-z0-9]+/gi, "-")}.png`);
    await page.screenshot({ path, timeout: 5_000 }).catch(() => {});
    if (Object.values(quiet).some((list) => list.length)) error.message += `\nheard: ${JSON.stringify(quiet, null, 2)}`;
    throw error;
  } finally {
    clearTimeout(timer);
    await context.close().catch(() => {});
    await Promise.all(servers.map((server) => server.close()));
  }
}
