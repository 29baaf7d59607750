// Published in place of service-worker.js, it takes the app's worker and its files off every device that
// visits, at once and without asking; the editions that readers saved stay. See docs/offline.md.
addEventListener("install", () => self.skipWaiting());

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const { scope } = self.registration;
      for (const name of await caches.keys()) {
        if (name.startsWith("workbox-") && name.endsWith(scope)) await caches.delete(name);
      }
      await self.registration.unregister();
      for (const client of await self.clients.matchAll({ type: "window" })) {
        await client.navigate(client.url).catch(() => {});
      }
    })(),
  );
});
