import Plotly from "plotly.js-dist-min";
import { painted, series } from "./series.js";

const rows = await series();
await Plotly.newPlot("chart", [{ x: rows.map(({ month }) => month), y: rows.map(({ value }) => value), mode: "lines" }]);
painted();
