// What partners' readers meet in browsers other than Chromium: a small suite through WebDriver, on the built
// dist/ and the pages of hosts/. `make test-browsers` runs it; `make test` does not.
//
//   node tests/browser/others.mjs [firefox|webkit...]
//
// FIREFOX, GECKODRIVER, WEBKIT (its MiniBrowser) and WEBKITDRIVER name programs that are not where Debian and
// scripts/setup put them. What the browsers lack is printed at the end; docs/embedding.md holds the table.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Builder, By, Key } from "selenium-webdriver";
import { serve } from "../../scripts/serve.mjs";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const dist = join(root, "dist");
if (!existsSync(join(dist, "index.html"))) fail("dist/ is not built. Run: make dist");
const version = readdirSync(join(dist, "v"))[0];
const integrity = readFileSync(join(dist, "v", version, "widget.js.integrity"), "utf8").trim();

function fail(message) {
  console.error(`test-browsers: ${message}`);
  process.exit(1);
}

function find(variable, ...paths) {
  if (process.env[variable]) return process.env[variable];
  const folders = [join(root, ".tools/bin"), ...(process.env.PATH ?? "").split(delimiter)];
  const candidates = paths.flatMap((path) => (path.startsWith("/") ? [path] : folders.map((folder) => join(folder, path))));
  return candidates.find(existsSync) ?? fail(`${paths.join(" or ")} is missing. Run: scripts/setup browsers, or set ${variable}.`);
}

const miniBrowsers = () =>
  ["/usr/lib", "/usr/libexec"].flatMap((folder) => (existsSync(folder) ? readdirSync(folder, { recursive: false }).map((name) => join(folder, name)) : []))
    .flatMap((folder) => ["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"].map((name) => join(folder, name, "MiniBrowser")))
    .filter(existsSync);

const browsers = {
  firefox: () => ({
    driver: find("GECKODRIVER", "geckodriver"),
    capabilities: { browserName: "firefox", "moz:firefoxOptions": { binary: find("FIREFOX", "firefox-esr", "firefox"), args: ["-headless", "--width=1280", "--height=900"] } },
  }),
  webkit: () => ({
    driver: find("WEBKITDRIVER", "WebKitWebDriver"),
    capabilities: { browserName: "MiniBrowser", "webkitgtk:browserOptions": { binary: find("WEBKIT", ...miniBrowsers(), "MiniBrowser"), args: ["--automation"] } },
  }),
};

const strict = (origin) => ({
  "content-security-policy": `default-src 'none'; script-src ${origin} 'wasm-unsafe-eval'; style-src ${origin}; ` +
    `connect-src ${origin}; img-src 'self' blob: data:; require-trusted-types-for 'script'; trusted-types 'none'`,
});

const tests = [];
const test = (name, body) => tests.push({ name, body });

// --- what a reader perceives --------------------------------------------------------------------------

test("the app shows the edition's figures, and the link keeps what is filtered", async ({ open, see }) => {
  await open("#v1&dataset=new-arrivals&country=BIH");
  await see("1,300", "Bosnia and Herzegovina");
  await see("24,067");
});

test("a chart is painted, and arrows go from figure to figure and are spoken", async ({ open, painted, driver, inside }) => {
  await open("#v1&dataset=new-arrivals&view=trend&country=BIH");
  await painted();
  const plot = await inside(".plot [tabindex], .plot[tabindex]");
  await driver.executeScript("arguments[0].focus()", plot);
  await driver.actions().sendKeys(Key.ARROW_RIGHT).perform();
  await until("the live region speaks", async () => /arrivals/.test(await driver.executeScript(() => {
    const root = document.querySelector("mixed-movements").shadowRoot;
    return root.querySelector("[part=live]").textContent + root.querySelector(".tooltip, .reading")?.textContent;
  })));
});

test("the element works on another origin under a strict policy", async ({ host, site, painted, see }) => {
  await host("plain.html", strict(site.origin));
  await see("arrivals");
  await painted();
});

test("one version, checked by its hash, runs", async ({ host, see }) => {
  await host("pinned.html");
  await see("arrivals");
});

test("without the program the fallback stays", async ({ host, driver }) => {
  await host("plain.html", {}, /\.wasm$/);
  await until("an error state", () => driver.executeScript(() => document.querySelector("mixed-movements").matches(":state(error)")));
  assert.ok(await (await driver.findElement(By.css("#fallback"))).isDisplayed());
});

test("a trap shows the fallback, and says so", async ({ host, see, painted, inside, driver }) => {
  await host("trap.html");
  await painted();
  await driver.executeScript("arguments[0].focus()", await inside(".plot [tabindex], .plot[tabindex]"));
  await driver.executeScript(() => (window.trapping = true));
  await driver.actions().sendKeys(Key.ARROW_RIGHT).perform();
  await see("The figures have stopped.");
  assert.ok(await (await driver.findElement(By.css("#fallback"))).isDisplayed());
});

// Of a program that is translated while it runs, one start may differ from another.
test("forty starts, one after the other, come to an end", async ({ host, driver }) => {
  for (let start = 1; start <= 40; start += 1) {
    await host(start % 2 ? "plain.html" : "rtl.html");
    await until(`start ${start} is ready`, () => driver.executeScript(() => document.querySelector("mixed-movements")?.matches(":state(ready)")), 15_000);
  }
});

test("styles of the page do not reach the widget", async ({ host, see, driver }) => {
  await host("hostile.html");
  await see("arrivals");
  const heading = await driver.executeScript(() => {
    const style = getComputedStyle(document.querySelector("mixed-movements").shadowRoot.querySelector("h3"));
    return [style.color, style.fontSize, style.textTransform];
  });
  assert.deepEqual(heading, ["rgb(27, 33, 38)", "15px", "none"]);
});

test("from right to left", async ({ host, see, driver }) => {
  await host("rtl.html");
  await see("البوسنة");
  assert.equal(await driver.executeScript(() => getComputedStyle(document.querySelector("mixed-movements").shadowRoot.querySelector("h3")).direction), "rtl");
});

test("an iframe tells its height, sandboxed or not, and the page takes it", async ({ host, driver }) => {
  await host("iframe.html");
  for (const id of ["sandboxed", "plain"]) {
    await driver.executeScript((id) => document.getElementById(id).scrollIntoView(), id);
    await until(`${id} has a height`, async () => (await driver.executeScript((id) => document.getElementById(id).height, id)) !== "100", 40_000);
    await driver.switchTo().frame(await driver.findElement(By.css(`#${id}`)));
    await until(`${id} shows its figures`, () => driver.executeScript(() => document.querySelector("mixed-movements").matches(":state(ready)")));
    await driver.switchTo().defaultContent();
  }
});

test("a page without an element draws a chart of its own", async ({ host, driver }) => {
  await host("api.html");
  await until("it is drawn", () => driver.executeScript(() => "done" in document.documentElement.dataset));
  assert.equal(await driver.findElement(By.css("#total")).getText(), "24067 arrivals, 12 of 12 months");
});

test("elements come and go, and one that is put back mounts again", async ({ host, see, driver }) => {
  await host("plain.html");
  await see("arrivals");
  const emptied = await driver.executeAsyncScript((done) => {
    const element = document.querySelector("mixed-movements");
    element.remove();
    setTimeout(() => {
      const emptied = element.shadowRoot.querySelector(".root").childElementCount === 0;
      document.body.append(element);
      done(emptied);
    }, 50);
  });
  assert.equal(emptied, true);
  await see("arrivals");
});

test("the configurator makes code of what is chosen", async ({ go, site, driver }) => {
  await go(`${site.url}configure.html#v1&dataset=new-arrivals&view=years`);
  const box = await until("the form", async () => (await driver.findElements(By.css("#field-country-BIH")))[0]);
  await driver.executeScript("arguments[0].scrollIntoView()", box);
  await box.click();
  await until("the code", async () => / view="years" country="BIH"/.test(await driver.executeScript(() => document.querySelector("#code-element").value)));
});

// --- how --------------------------------------------------------------------------------------------

async function until(what, check, timeout = 30_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${timeout / 1000} s: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** What of the platform the widget can make use of here. */
const features = () => ({
  "`:state()` in style sheets": CSS.supports("selector(:state(ready))"),
  "Trusted Types": "trustedTypes" in globalThis,
  "service worker": "serviceWorker" in navigator,
  "forced colours": matchMedia("(forced-colors)").media === "(forced-colors)",
});

async function session(name) {
  const { driver: program, capabilities } = browsers[name]();
  const port = 20_001 + 2 * Math.floor(Math.random() * 10_000);
  const child = spawn(program, [`--port=${port}`], { stdio: "ignore" });
  const driver = await until(`${program} answers`, () =>
    new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build().then(async (driver) => (await driver.getSession(), driver)).catch((error) => {
      if (child.exitCode !== null || !/ECONNREFUSED/.test(String(error))) throw error;
      return undefined;
    }));
  await driver.manage().setTimeouts({ script: 30_000, pageLoad: 60_000 });
  return { driver, end: async () => (await driver.quit().catch(() => {}), child.kill()) };
}

async function run(name) {
  const { driver, end } = await session(name);
  const site = await serve({ folder: dist, base: "/some/path/" });
  let servers = [];
  const text = () => driver.executeScript(() => {
    const told = (node) => [...node.childNodes].map((child) => (child.nodeType === 3 ? child.data : told(child))).join(" ");
    return [...document.querySelectorAll("mixed-movements")].map(({ shadowRoot }) => (shadowRoot ? told(shadowRoot) : "")).join(" ");
  });
  const help = {
    driver, site,
    go: (address) => driver.get("about:blank").then(() => driver.get(address)),
    open: (path) => help.go(`${site.url}${path}`),
    see: async (...words) => {
      for (const word of words) await until(`“${word}” in what the element says`, async () => (await text()).includes(word));
    },
    inside: (selector) => until(selector, () => driver.executeScript((selector) => document.querySelector("mixed-movements").shadowRoot.querySelector(selector), selector)),
    painted: () => until("the canvas is painted", () => driver.executeScript(() => {
      const canvas = document.querySelector("mixed-movements")?.shadowRoot?.querySelector(".plot canvas");
      if (!canvas?.width) return false;
      return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part > 0);
    })),
    host: async (page, headers = {}, missing = undefined) => {
      const figures = await serve({ folder: dist, base: "/figures/", headers: (path) => (missing?.test(path) ? { "content-type": "text/plain" } : {}), change: (path, body) => {
        if (missing?.test(path)) return Buffer.from("gone");
        // Tests have no https. In a frame without an origin, “self” is nobody to WebKit.
        return path === "embed.html" ? body.toString().replace("connect-src 'self' https:", "$& http:") : body;
      } });
      const values = { site: figures.url, "site-origin": figures.origin, version, integrity };
      const fill = (text) => Object.entries(values).reduce((filled, [key, value]) => filled.replaceAll(`{{${key}}}`, value), text);
      const policy = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, value.replaceAll(site.origin, figures.origin)]));
      const hosts = await serve({ folder: join(root, "tests/browser/hosts"), headers: () => policy, change: (path, body) => (path.endsWith(".html") ? fill(body.toString()) : body) });
      servers.push(figures, hosts);
      await help.go(hosts.url + page);
    },
  };
  const counts = { passed: 0, failed: 0 };
  const capabilities = await driver.getCapabilities();
  help.browser = capabilities.get("browserName");
  console.log(`\n== ${help.browser} ${capabilities.get("browserVersion")}`);
  for (const { name, body } of tests) {
    const start = performance.now();
    try {
      await body(help);
      counts.passed += 1;
      console.log(`ok    ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      counts.failed += 1;
      console.log(`FAIL  ${name}\n${String(error?.stack ?? error).replace(/^/gm, "      ")}`);
    }
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
  }
  await help.go(site.url);
  const has = await driver.executeScript(features);
  for (const [feature, there] of Object.entries(has)) console.log(`      ${there ? "has  " : "lacks"} ${feature}`);
  await end();
  await site.close();
  return counts;
}

const chosen = process.argv.slice(2);
for (const name of chosen) if (!browsers[name]) fail(`there is no browser “${name}”. There are: ${Object.keys(browsers).join(", ")}`);
let [passed, failed] = [0, 0];
for (const name of chosen.length ? chosen : Object.keys(browsers)) {
  const counts = await run(name);
  passed += counts.passed;
  failed += counts.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
