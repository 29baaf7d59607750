document.querySelector("mixed-movements").addEventListener("mixed-movements:ready", () => {
  requestAnimationFrame(() => requestAnimationFrame(() => (globalThis.painted = performance.now())));
});
