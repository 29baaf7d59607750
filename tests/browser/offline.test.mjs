// The service worker: what it keeps, and the page without a network.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { assert, dist, ready, test, until } from "./harness.mjs";

test("the precache list is the app, whole and nothing else", async () => {
  const worker = readFileSync(join(dist, "service-worker.js"), "utf8");
  const kept = [...worker.matchAll(/url:"([^"]+)"/g)].map(([, url]) => url).sort();
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(dist.length + 1))
    .filter((path) => !/^(data|v)\/|^service-worker\.js$|\.d\.ts$|^host\.js$|^oembed\.json$/.test(path))
    .sort();
  assert.deepEqual(kept, files);
  assert.ok(kept.some((path) => path.endsWith(".wasm")));
});

test("after one visit the page opens without a network", async ({ page, context, serve, quiet }) => {
  const server = await serve({ folder: dist, base: "/app/" });
  await page.goto(server.url);
  await until("the worker is active and has kept the snapshot", () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const data = await caches.open("mixed-movements-data");
      return registration?.active?.state === "activated" && (await data.keys()).length > 0;
    }),
  );
  await server.close();
  const another = await context.newPage();
  await another.goto(`${server.url}?utm=x`);
  await ready(another);
  await another.getByRole("heading", { level: 1 }).waitFor();
  quiet.console.length = 0; // the browser's own line on the request that found no network
});
