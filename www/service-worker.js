// The app without a network: its own files from the cache, and for whoever asks for figures while there is no
// network what the page has saved. PRECACHE (dist/ as built) is written in by scripts/post-build.mjs.
//
// A new version waits until no tab runs the old one, or until the reader asks for it: program, styles and page
// always belong together. Each file is checked against the hash it was built with, so that a version of which
// a part is missing, cut off or of another build is never installed.
import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { Saved } from "./offline/saved.js";

cleanupOutdatedCaches();
// Whatever stands after "?" is for the page to read.
precacheAndRoute(PRECACHE, { ignoreURLParametersMatching: [/.*/], cleanURLs: false });

addEventListener("message", ({ data }) => {
  if (data?.type === "SKIP_WAITING") self.skipWaiting();
});

// The app's page itself chooses between network and saved edition (offline/keeper.js). The frame's page gets
// what the app has saved, and says so (embed.js). No other page does: it would show old figures as new.
const frame = new URL("embed.html", self.registration.scope).href;
const { scope } = self.registration;
const dataPath = new URL("data/", scope).pathname;
registerRoute(
  ({ sameOrigin, url, request }) =>
    sameOrigin ? url.pathname.startsWith(dataPath) : request.destination === "" && request.mode === "cors",
  async ({ request, event }) => {
    try {
      return await fetch(request);
    } catch (error) {
      const client = await self.clients.get(event.clientId);
      if (client?.url.split(/[?#]/)[0] !== frame) throw error;
      const saved = await new Saved(scope).response(request.url).catch(() => undefined);
      if (saved) return saved;
      throw error;
    }
  },
);
