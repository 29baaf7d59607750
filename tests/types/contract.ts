// Compiled, never run: every name of the contract, as a host would use it.
import init, { loadLanguage, loadShapes, open, parse } from "../../www/mixed-movements.js";
import type { CellInfo, ChartKind, ChartOptions, Dataset, DatasetInfo, Group, OpenOptions, Query, Result, Snapshot } from "../../www/mixed-movements.js";

const options: OpenOptions = {
  integrity: "sha384-AAAA",
  maxBytes: 1_000_000,
  onProgress: (loaded: number, total?: number) => void [loaded, total],
  additivity: { country: "overlap", month: "sum", sex: "none", year: "last" },
  signal: new AbortController().signal,
  publicKey: ["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="],
};
const query: Query = {
  measure: "m",
  where: { country: ["A", "B"], month: { from: "2020-01", to: "2020-12" }, sex: new Uint32Array([0]) },
  by: [["month"], ["country"], ["nationality"], []],
  linked: true,
  top: { nationality: 10 },
};

export async function use(url: string, bytes: Uint8Array): Promise<number> {
  await init();
  const snapshot: Snapshot = await open(url, options);
  parse(bytes).free();
  await Promise.all([loadLanguage("fr"), loadShapes()]);
  const info: DatasetInfo | undefined = snapshot.datasets[0];
  const edition: string | undefined = snapshot.edition;
  const signature: "verified" | "unsigned" | "unchecked" | undefined = snapshot.signature;
  const dataset: Dataset = snapshot.dataset(info?.id ?? 0);
  const result: Result = dataset.query(query);
  const group: Group | undefined = result.groups[0];
  const cell: CellInfo | undefined = group?.cells[0];
  const reason: "overlap" | "none" | "unknown" | undefined = cell?.refusals?.[0]?.reason;
  const kind: ChartKind = "trend";
  const chart: ChartOptions = { width: 640, height: 360, lang: "fr", theme: "dark", by: "country", title: false };
  const [first] = info?.dimensions ?? [];
  const parent: string | undefined = first?.categories[0]?.parent;
  const described: DatasetInfo[] = snapshot.describe("fr");
  const attribute: "country" | "from" | "nationality" | "where" | "measure" | undefined = described[0]?.dimensions[0]?.attribute;
  const role: "geo" | "time" | "metric" | "classification" | undefined = first?.role;
  const texts: string[] = [...dataset.sentences(query, "en"), dataset.csv(query), dataset.svg(query, kind, chart)];
  const key: string | undefined = group?.keys[0]?.[0];
  const numbers: [Float64Array?, Uint32Array?, Uint32Array?, Uint32Array?, Float64Array?, Float64Array?] = [
    group?.values, group?.positions, group?.observed, group?.of, group?.lower, group?.upper,
  ];
  dataset.free();
  snapshot.free();
  return [edition, signature, reason, key, parent, role, attribute, ...texts, ...numbers].length;
}

export async function embed(): Promise<void> {
  // @ts-expect-error a snapshot is not made by hand
  new (await import("../../www/mixed-movements.js")).Snapshot();
  const element = document.createElement("mixed-movements");
  element.src = "western-balkans.json";
  element.view = "trend";
  element.where = { sex: ["F"] };
  element.additivity = { country: "overlap" };
  element.country = ["SRB", "BIH"];
  element.controls = true;
  element.addEventListener("mixed-movements:error", ({ detail }) => void detail.code.length);
  // @ts-expect-error a view that does not exist
  element.view = "pie";
}
