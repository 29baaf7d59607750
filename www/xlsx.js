// A workbook of Excel from JSON: a program of its own, fetched when a reader asks for one.
//
// XLSX_FILE is written in by scripts/post-build.mjs, "mixed-movements:xlsx" is its glue.
import start, { workbook } from "mixed-movements:xlsx";

/** The bytes of the workbook that `json` tells (src/export/workbook.rs). */
export default async function (json) {
  await start({ module_or_path: new URL(XLSX_FILE, import.meta.url) });
  return workbook(json);
}
