// The series that every page draws: new arrivals by month in one country, read from the snapshot by hand.
export async function series() {
  const { link } = await (await fetch("/dist/data/western-balkans.json")).json();
  const dataset = link.item.find((item) => item.extension.mixedMovements.id === "new-arrivals");
  const index = (id) => dataset.dimension[id].category.index;
  const [measures, countries, months] = dataset.id.map(index);
  const row = (measures.indexOf("new-arrivals") * countries.length + countries.indexOf("BIH")) * months.length;
  return months.map((month, at) => ({ month, value: dataset.value[row + at] ?? null }));
}

/** Tells that the chart is painted, two frames after it was made. */
export function painted() {
  requestAnimationFrame(() => requestAnimationFrame(() => (globalThis.painted = performance.now())));
}
