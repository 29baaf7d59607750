// The pictures of the app that its manifest names, from the built dist/: www/screenshots/*.png.
//
//   node scripts/screenshots.mjs
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { dist, launch, ready, root } from "../tests/browser/harness.mjs";
import { serve } from "./serve.mjs";

const folder = join(root, "www/screenshots");
mkdirSync(folder, { recursive: true });
const server = await serve({ folder: dist });
const browser = await launch();
for (const [name, width] of [["wide", 1280], ["narrow", 450]]) {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  await page.goto(`${server.url}#v1&dataset=new-arrivals&country=BIH`);
  await ready(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.locator("mixed-movements canvas").first().evaluate((canvas) => canvas.scrollIntoView({ block: "center" }));
  // Charts are painted in the next frame.
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}-charts.png`) });
  await page.close();
}
await browser.close();
await server.close();
