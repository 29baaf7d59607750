// No library at all: a path and two axes.
import { painted, series } from "./series.js";

const rows = await series();
const most = Math.max(...rows.map(({ value }) => value ?? 0));
const x = (at) => 50 + (at / (rows.length - 1)) * 650;
const y = (value) => 290 - (value / most) * 270;
let pen = "M";
let path = "";
rows.forEach(({ value }, at) => {
  if (value === null) return (pen = "M");
  path += `${pen}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
  pen = "L";
});
const ticks = [0, 0.5, 1].map((share) => `<text x="4" y="${y(most * share)}">${Math.round(most * share)}</text>`);
const years = rows.map(({ month }, at) => (month.endsWith("-01") ? `<text x="${x(at)}" y="312">${month.slice(0, 4)}</text>` : ""));
document.querySelector("#chart").innerHTML =
  `<svg viewBox="0 0 720 320" width="720" height="320"><path d="${path}" fill="none" stroke="#1f5fa8"/>${ticks.join("")}${years.join("")}</svg>`;
painted();
