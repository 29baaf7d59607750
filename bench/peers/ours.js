// Ours, through the public JavaScript API.
let mm;
let dataset;
let codes;

export async function prepare() {
  mm = await import("/dist/widget.js");
  await mm.default();
  // What charts and sentences need, which `open` otherwise waits for the first time.
  await Promise.all([mm.loadShapes(), mm.loadLanguage("en")]);
}

export async function load(url) {
  const snapshot = await mm.open(url);
  dataset = snapshot.dataset(0);
  codes = dataset.info.dimensions[1].categories;
}

export function step({ kept }) {
  return () => {
    const [months, countries, nationalities, all] = dataset.query({
      where: {
        country: kept[0],
        month: { from: codes[kept[1][0]].code, to: codes[kept[1][1] - 1].code },
        nationality: kept[2],
      },
      by: [["month"], ["country"], ["nationality"], []],
      linked: true,
      top: { nationality: 10 },
    }).groups;
    return { byMonth: months.values, byCountry: countries.values, top: nationalities.values, total: all.values[0] };
  };
}
