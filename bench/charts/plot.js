import { lineY, plot } from "@observablehq/plot";
import { painted, series } from "./series.js";

const rows = (await series()).map(({ month, value }) => ({ month: new Date(month), value: value ?? NaN }));
document.querySelector("#chart").append(plot({ width: 720, height: 320, marks: [lineY(rows, { x: "month", y: "value", tip: true })] }));
painted();
