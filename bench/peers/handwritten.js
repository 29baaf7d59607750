// What a careful developer writes without a library: a dense array of 32-bit numbers, -1 for missing, and
// one pass over what any of the views can see.
let values;
let sizes;

export async function prepare() {}

export async function load(url) {
  const json = JSON.parse(await (await fetch(url)).text());
  sizes = json.size;
  const list = json.value;
  values = new Int32Array(list.length);
  for (let cell = 0; cell < list.length; cell += 1) {
    const value = list[cell];
    values[cell] = value === null ? -1 : value;
  }
}

export function step({ kept }) {
  return () => {
    const [numCountries, numMonths, numNationalities] = sizes;
    const isCountry = new Uint8Array(numCountries);
    for (const at of kept[0]) isCountry[at] = 1;
    const [from, to] = kept[1];
    const chosen = kept[2];
    const isChosen = new Uint8Array(numNationalities);
    for (const at of chosen) isChosen[at] = 1;
    const byMonth = new Float64Array(numMonths);
    const byCountry = new Float64Array(numCountries);
    const byNationality = new Float64Array(numNationalities);
    let total = 0;
    for (let c = 0; c < numCountries; c += 1) {
      for (let m = isCountry[c] ? 0 : from; m < (isCountry[c] ? numMonths : to); m += 1) {
        const row = (c * numMonths + m) * numNationalities;
        const isMonth = m >= from && m < to;
        let sum = 0;
        if (isCountry[c] && isMonth) {
          for (let n = 0; n < numNationalities; n += 1) {
            const value = values[row + n];
            if (value > 0) {
              byNationality[n] += value;
              if (isChosen[n]) sum += value;
            }
          }
          total += sum;
        } else {
          for (let at = 0; at < chosen.length; at += 1) {
            const value = values[row + chosen[at]];
            if (value > 0) sum += value;
          }
        }
        if (isCountry[c]) byMonth[m] += sum;
        if (isMonth) byCountry[c] += sum;
      }
    }
    const order = Array.from(byNationality.keys()).filter((n) => byNationality[n] > 0);
    order.sort((a, b) => byNationality[b] - byNationality[a] || a - b);
    return { byMonth, byCountry, top: order.slice(0, 10).map((n) => byNationality[n]), total };
  };
}
