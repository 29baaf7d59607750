// What AMP and Medium make of the frame's messages, and a listener by the guide.
const frameOf = (source) => [...document.querySelectorAll("iframe")].find((frame) => frame.contentWindow === source);
const read = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

addEventListener("message", ({ data, source, origin }) => {
  const frame = frameOf(source);
  if (!frame || origin !== new URL(frame.src).origin) return;
  // AMP: an object with a sentinel. Medium: JSON as text, for the address that the frame has.
  if (frame.id === "amp" && data?.sentinel === "amp" && data.type === "embed-size") frame.height = data.height;
  const medium = typeof data === "string" ? read(data) : undefined;
  if (frame.id === "medium" && medium?.context === "iframe.resize" && medium.src === frame.src) frame.height = medium.height;
  if (frame.id === "own" && data?.type === "mixed-movements:height" && data.version === 1 && data.id === "seven") frame.height = data.height;
});
