// The examples of docs/embedding.md, run as they stand there, on a page with the policy that it gives.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, dist, ready, root, test, until } from "./harness.mjs";

const text = readFileSync(join(root, "docs/embedding.md"), "utf8");
const blocks = (language) => [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, block]) => block);
const policies = [...text.matchAll(/^Content-Security-Policy: (.+)$/gm)].map(([, policy]) => policy);
const figures = "https://figures.example/";

test("the examples of the JavaScript API run, and say what the guide says", async ({ page, host, site, quiet }) => {
  const policy = policies.find((policy) => policy.startsWith("default-src") && policy.includes(figures.slice(0, -1)));
  await host("plain.html", { headers: { "content-security-policy": policy.replaceAll(figures.slice(0, -1), site.origin) } });
  await ready(page);
  const url = `${site.url}data/western-balkans.json`;
  const hash = createHash("sha384").update(readFileSync(join(dist, "data/western-balkans.json"))).digest("base64");
  const [properties, listener, first, ...rest] = blocks("js");
  const fit = (code) =>
    code.replace(/^import (\{.+\}) from (".+");$/gm, "const $1 = await import($2);")
      .replaceAll(figures, site.url).replaceAll("sha384-…", `sha384-${hash}`);
  await page.evaluate(`{${fit(properties)}}`);
  const attribute = (name) => page.locator("mixed-movements").getAttribute(name);
  assert.deepEqual([await attribute("country"), await attribute("where")], ["SRB BIH", "sex:F"]);
  await page.evaluate(fit(listener));
  // Later examples use what the first ones opened; each has names of its own.
  for (const example of rest) {
    const code = `(async () => {\n${fit(first)}\nconst url = ${JSON.stringify(url)};\n{\n${fit(example)}\n} return 1; })()`;
    quiet.console.length = 0;
    assert.equal(await page.evaluate(code), 1);
  }
  const said = quiet.console.map((line) => line.replace(/^log: /, ""));
  assert.equal(said.find((line) => line.endsWith(" months")), "24067 12 of 12 months");
  assert.ok(said.includes("NaN") && said.includes("14268 NaN"), said.join("\n"));
  quiet.console.length = 0;
});

test("the element and the frame of the guide show what they say", async ({ page, host, site }) => {
  await host("plain.html");
  await ready(page);
  const [frame, , element] = blocks("html").map((html) => html.replaceAll(figures, site.url));
  await page.evaluate((html) => { document.querySelector("main").innerHTML = html; }, element);
  await ready(page);
  const chart = page.locator("mixed-movements").getByRole("heading").first();
  assert.match(await chart.textContent(), /arrivals/i);
  await page.evaluate((html) => { document.querySelector("main").innerHTML = html; }, frame);
  await page.addScriptTag({ type: "module", url: `${site.url}host.js` });
  await page.frameLocator("iframe").locator("mixed-movements:state(ready)").waitFor();
  await until("the frame has the height of its content", async () => (await page.locator("iframe").getAttribute("height")) !== "520");
});
