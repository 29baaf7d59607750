import embed from "vega-embed";
import { painted, series } from "./series.js";

await embed("#chart", {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  width: 660, height: 280,
  data: { values: await series() },
  mark: { type: "line", tooltip: true, invalid: "break-paths-show-domains" },
  encoding: { x: { field: "month", type: "temporal" }, y: { field: "value", type: "quantitative" } },
}, { actions: false });
painted();
