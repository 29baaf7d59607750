// The app without a network: its own files from the cache, figures from the network as long as there is
// one. PRECACHE (dist/ as built) and DATA_CACHE are written in by scripts/post-build.mjs.
//
// A new version waits until no tab runs the old one: program, styles and page always belong together.
import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { NetworkFirst } from "workbox-strategies";

cleanupOutdatedCaches();
// Whatever stands after "?" is for the page to read.
precacheAndRoute(PRECACHE, { ignoreURLParametersMatching: [/.*/], cleanURLs: false });

const dataPath = new URL("data/", self.registration.scope).pathname;
registerRoute(
  ({ sameOrigin, url, request }) =>
    sameOrigin ? url.pathname.startsWith(dataPath) : request.destination === "" && request.mode === "cors",
  new NetworkFirst({ cacheName: DATA_CACHE, networkTimeoutSeconds: 8 }),
);
