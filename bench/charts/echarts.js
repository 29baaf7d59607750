import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { painted, series } from "./series.js";

use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);
const rows = await series();
init(document.querySelector("#chart")).setOption({
  animation: false,
  tooltip: { trigger: "axis" },
  xAxis: { type: "category", data: rows.map(({ month }) => month) },
  yAxis: { type: "value" },
  series: [{ type: "line", data: rows.map(({ value }) => value) }],
});
painted();
