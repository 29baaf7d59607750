// The app's page: `?src=` opens another snapshot, and the service worker is registered after the first
// chart. Bundled into dist/app-<hash>.js, which runs before the element is defined.
const element = document.querySelector("mixed-movements");
const src = new URLSearchParams(location.search).get("src");
if (src) element.setAttribute("src", src);

// Without a secure context there is no service worker; a development build must not keep old files.
if (!DEVELOPMENT && "serviceWorker" in navigator) {
  addEventListener("mixed-movements:ready", () => register().catch(() => {}), { once: true });
}

// Refused (private mode, a policy of the host): the page works, with the network only.
async function register() {
  const policy = globalThis.trustedTypes?.createPolicy("mixed-movements", {
    createScriptURL: () => new URL("service-worker.js", import.meta.url).href,
  });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : "service-worker.js");
  await navigator.serviceWorker.ready;
  // This first time the snapshot came past the worker, so it is kept from here.
  if (!navigator.serviceWorker.controller) {
    const data = await caches.open(DATA_CACHE);
    await data.add(new URL(element.getAttribute("src"), document.baseURI));
  }
}
