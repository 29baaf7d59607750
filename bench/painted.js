// Notes when the first chart has been painted: two frames after something was first drawn on a canvas of the
// page. The element's own word, `mixed-movements:ready`, comes when all of the program is there.
const drawing = CanvasRenderingContext2D.prototype;
for (const name of ["drawImage", "fill", "fillText", "stroke"]) {
  const draw = drawing[name];
  drawing[name] = function (...given) {
    if (this.canvas.isConnected && globalThis.painted === undefined) {
      globalThis.painted = 0;
      requestAnimationFrame(() => requestAnimationFrame(() => (globalThis.painted = performance.now())));
    }
    return draw.apply(this, given);
  };
}

// And when the picture has been painted with which the app's page begins, before there is a program. The first
// frame comes when the style sheet is there.
function look() {
  const stands = [...document.querySelectorAll(".front svg")].some((picture) => picture.checkVisibility());
  requestAnimationFrame(stands ? () => (globalThis.standing = performance.now()) : look);
}
if (self === top) requestAnimationFrame(look);
