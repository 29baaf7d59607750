// For pages that embed by iframe: <iframe data-mixed-movements src="…/embed.html?…"> takes the height
// that its content tells. Only the frame itself, from its own origin, is listened to.
addEventListener("message", ({ data, origin, source }) => {
  if (data?.type !== "mixed-movements:height" || data.version !== 1) return;
  for (const frame of document.querySelectorAll("iframe[data-mixed-movements]")) {
    if (source !== frame.contentWindow) continue;
    // Sandboxed without allow-same-origin, a frame's origin is "null".
    const opaque = frame.sandbox.length > 0 && !frame.sandbox.contains("allow-same-origin");
    if (origin !== (opaque ? "null" : new URL(frame.src, document.baseURI).origin)) continue;
    if (Number.isFinite(data.height)) frame.height = Math.min(Math.max(Math.ceil(data.height), 80), 20000);
  }
});
