// A chart by the page itself: bars from `query`, with the notes that go with them.
const { widget, snapshot: address } = document.querySelector("script[data-widget]").dataset;
const { open } = await import(widget);

const snapshot = await open(address);
const {
  groups: [byMonth, total],
} = snapshot.dataset("new-arrivals").query({
  measure: "new-arrivals",
  where: { country: ["BIH"], month: { from: "2018-01", to: "2018-12" } },
  by: [["month"], []],
});
snapshot.free(); // the results stay

const largest = Math.max(...byMonth.values.filter((value) => !Number.isNaN(value)));
byMonth.values.forEach((value, i) => {
  const bar = document.createElement("li");
  bar.textContent = Number.isNaN(value) ? "–" : value;
  bar.title = byMonth.keys[i][0];
  bar.style.height = `${(100 * (value || 0)) / largest}%`;
  document.querySelector("#months").append(bar);
});
document.querySelector("#total").textContent = `${total.values[0]} arrivals, ${total.observed[0]} of ${total.of[0]} months`;
for (const note of new Set(byMonth.cells.flatMap((cell) => cell.notes ?? []))) {
  document.querySelector("#notes").append(Object.assign(document.createElement("li"), { textContent: note }));
}
document.documentElement.dataset.done = "";
