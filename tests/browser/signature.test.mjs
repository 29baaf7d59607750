// Whether a file is its publisher's: verified, unsigned, not to be checked here, refused.
import { generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, dist, ready, test, until } from "./harness.mjs";
import { appPolicy } from "../../scripts/policy.mjs";
import { reads } from "./reader.mjs";

const snapshot = "data/western-balkans.json";
const bytes = readFileSync(join(dist, snapshot));
const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
  return { raw, signature: (file) => sign(null, Buffer.from(file), privateKey).toString("base64") };
};
const ours = pair();
const theirs = pair();

/** The app of a publisher who names `key`; `files` are answered beside dist/. */
async function site(serve, key, files = {}, more = {}) {
  return serve({
    folder: dist, base: "/app/",
    beside: files, ...more,
    headers: (path) => (path === "index.html" ? { "content-security-policy": appPolicy.replace("https:", "https: http:") } : {}),
    // Tests have no https; with it, the page's policy lets a reader open a snapshot from anywhere.
    change: (path, body) =>
      path === "index.html"
        ? body.toString().replace("connect-src 'self' https:", "$& http:").replace("<mixed-movements ", key ? `$&public-key="${key}" ` : "$&")
        : body,
  });
}
const strip = (page, words) => page.getByRole("note").filter({ hasText: words });
const title = (page) => page.getByRole("heading", { level: 1, name: /^Western Balkans/ });

test("a file that its publisher signed says so", async ({ page, serve }) => {
  const files = { [`${snapshot}.sig`]: `${ours.signature(bytes)}\n` };
  const server = await site(serve, `${theirs.raw} ${ours.raw}`, files);
  await page.goto(server.url);
  await ready(page);
  await strip(page, "Signed: the file is as its publisher signed it.").waitFor();
  await title(page).waitFor();
});

test("a file without a signature says that it has none", async ({ page, serve, quiet }) => {
  const server = await site(serve, ours.raw);
  await page.goto(server.url);
  await ready(page);
  await strip(page, "Not signed").waitFor();
  await title(page).waitFor();
  assert.match(quiet.console.splice(0).join(), /404/);
});

test("where the browser has no means the page says that it cannot check, and shows the figures", async ({ page, serve, context }) => {
  // As on plain http.
  await context.addInitScript(() => Object.defineProperty(Crypto.prototype, "subtle", { value: undefined }));
  const server = await site(serve, ours.raw, { [`${snapshot}.sig`]: ours.signature(bytes) });
  await page.goto(server.url);
  await ready(page);
  await strip(page, "The signature cannot be checked here").waitFor();
  await title(page).waitFor();
});

test("a file whose signature does not fit is refused, and the last good one offered", async ({ page, serve, quiet }) => {
  const files = { [`${snapshot}.sig`]: ours.signature(bytes) };
  const server = await site(serve, ours.raw, files);
  await page.goto(server.url);
  await ready(page);
  await until("the good one is kept", () => page.evaluate(async () => (await caches.keys()).some((name) => name.startsWith("mixed-movements-saved:"))));
  // Another figure, and the signature as it was.
  files[snapshot] = bytes.toString().replace('"2024-01"', '"2024-02"');
  assert.notEqual(files[snapshot], bytes.toString());
  await page.reload();
  await reads(page.getByRole("alert"), "Not shown: the signature does not fit the file");
  assert.equal(await title(page).count(), 0);
  await page.getByRole("status").filter({ hasText: "The last good edition is still on this device" }).getByRole("button", { name: "Show" }).click();
  await title(page).waitFor();
  await strip(page, "Signed").waitFor();
  // Signed again, by somebody else: refused as well.
  files[`${snapshot}.sig`] = theirs.signature(files[snapshot]);
  await page.reload();
  await reads(page.getByRole("alert"), "Not shown: the signature does not fit the file");
});

test("a file from another origin shows that origin first, and cannot be signed as the site's own", async ({ page, serve }) => {
  const foreign = await serve({ folder: dist, beside: { [`${snapshot}.sig`]: theirs.signature(bytes) } });
  const server = await site(serve, ours.raw);
  await page.goto(`${server.url}?src=${encodeURIComponent(foreign.url + snapshot)}`);
  await reads(page.getByRole("alert"), "Not shown: the signature does not fit the file");
  // Without a key, it is shown, with where it comes from.
  const plain = await site(serve);
  await page.goto(`${plain.url}?src=${encodeURIComponent(foreign.url + snapshot)}`);
  await ready(page);
  await strip(page, `These figures come from ${foreign.origin}, not from this site.`).waitFor();
});

test("a file that the site's address redirects to elsewhere is shown with that origin", async ({ page, serve }) => {
  const foreign = await serve({ folder: dist });
  const server = await site(serve, "", {}, { redirect: { "data/moved.json": foreign.url + snapshot } });
  await page.goto(`${server.url}?src=data/moved.json`);
  await ready(page);
  await strip(page, `These figures come from ${foreign.origin}, not from this site.`).waitFor();
});

test("the JavaScript API verifies a file for whoever names a key", async ({ page, serve, quiet }) => {
  const files = { [`${snapshot}.sig`]: ours.signature(bytes) };
  const server = await serve({ folder: dist, beside: files });
  await page.goto(`${server.url}data/index.json`); // a page without a policy
  const opened = (options, file = snapshot) =>
    page.evaluate(async ([base, file, options]) => {
      const { open } = await import(`${base}widget.js`);
      try {
        const snapshot = await open(base + file, options);
        return [snapshot.signature, snapshot.datasets.length > 0];
      } catch (error) {
        return [error instanceof Error, error.code, error.path];
      }
    }, [server.url, file, options]);
  assert.deepEqual(await opened({}), [undefined, true]);
  assert.deepEqual(await opened({ publicKey: ours.raw }), ["verified", true]);
  assert.deepEqual(await opened({ publicKey: [theirs.raw, ours.raw] }), ["verified", true]);
  assert.deepEqual(await opened({ publicKey: theirs.raw }), [true, "signature", ""]);
  assert.deepEqual(await opened({ publicKey: 5 }), [true, "invalid-argument", "options.publicKey"]);
  assert.deepEqual(await opened({ publicKey: ours.raw }, "data/western-balkans-example.json"), ["unsigned", true]);
  assert.match(quiet.console.splice(0).join(), /404/);
  const parsed = await page.evaluate(async ([base, key]) => {
    const { default: init, parse } = await import(`${base}widget.js`);
    await init();
    try {
      return parse(new TextEncoder().encode("{}"), { publicKey: key });
    } catch ({ code, path }) {
      return [code, path];
    }
  }, [server.url, ours.raw]);
  assert.deepEqual(parsed, ["invalid-argument", "options.publicKey"]);
});

test("elements of one page that name different keys do not share a file", async ({ page, serve }) => {
  const server = await serve({ folder: dist, beside: { [`${snapshot}.sig`]: ours.signature(bytes) }, change: (path, body) => (path === "embed.html" ? `<!doctype html><meta charset="utf-8"><link rel="icon" href="icons/icon.svg"><script type="module" src="widget.js"></script>
    <mixed-movements src="${snapshot}" loading="eager" view="figures"></mixed-movements>
    <mixed-movements src="${snapshot}" loading="eager" view="figures" public-key="${ours.raw}"></mixed-movements>
    <mixed-movements src="${snapshot}" loading="eager" view="figures" public-key="${theirs.raw}"></mixed-movements>` : body) });
  await page.goto(`${server.url}embed.html`);
  await page.getByText("Signed: the file is as its publisher signed it.").waitFor();
  await page.getByText("Not shown: the signature does not fit the file").waitFor();
  assert.equal(await page.locator("mixed-movements:state(ready)").count(), 2);
});
