import { serve } from "../../scripts/serve.mjs";
import { launch, dist, ready } from "./harness.mjs";
const site = await serve({ folder: dist, base: "/some/path/" });
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
await page.goto(`${site.url}${process.argv[2] ?? ""}`);
await ready(page); await page.waitForTimeout(1500);
if (process.argv[3] !== "keys") console.log(await page.locator("body").ariaSnapshot());
else {
  // walk by Tab
  const told = () => page.evaluate(() => { let a = document.activeElement; while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement; return `${a.tagName.toLowerCase()} ${a.getAttribute("role") ?? ""} ${(a.getAttribute("aria-label") ?? a.innerText ?? a.value ?? "").replace(/\s+/g, " ").slice(0, 90)}`; });
  for (let i = 0; i < 130; i++) { await page.keyboard.press("Tab"); const t = await told(); console.log(i, t); if (i > 3 && t.startsWith("body")) break; }
}
await browser.close(); await site.close();
