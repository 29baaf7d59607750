// Fits every width, every theme, every hand: reflow, targets, contrast, motion, forced colours, print.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { assert, test, until } from "./harness.mjs";
import { example, filters, link, live, overflow, reads } from "./reader.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const views = {
  arrivals: link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" }),
  asylum: link({ dataset: "asylum", measure: "intentions", country: "SRB" }),
  accommodation: link({ dataset: "accommodation" }),
  compared: link({ dataset: "new-arrivals", country: "SRB", from: "2020-09", to: "2020-10", compare: "country:BIH;from:2020-09;to:2020-10" }),
  "other periods": link({ dataset: "other-periods" }),
};

test("no width from 320 px on scrolls to the side, and no dataset stops the program", { timeout: 120_000 }, async ({ page, open }) => {
  const wide = [];
  await open();
  const tabs = await page.getByRole("tab").count();
  for (const width of [320, 360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    // The extremes with every dataset, the common widths with the first.
    const looked = [320, 768].includes(width) ? tabs : 3;
    for (let at = 0; at < looked; at += 1) {
      await page.getByRole("tab").nth(at).click();
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const over = await overflow(page);
      if (over > 0) wide.push(`${width} px, ${await page.getByRole("tab").nth(at).innerText()}: ${over} px too wide`);
    }
  }
  assert.deepEqual(wide, []);
});

test("no tab moves when one is chosen, so that the next is where it was", async ({ page, open }) => {
  await open();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const tabs = page.getByRole("tab");
    const places = () => tabs.evaluateAll((all) => all.map((tab) => `${tab.offsetLeft} ${tab.offsetTop} ${tab.offsetWidth}`));
    const before = await places();
    for (let at = 0; at < (await tabs.count()); at += 1) {
      await tabs.nth(at).click();
      await until("chosen", async () => (await tabs.nth(at).getAttribute("aria-selected")) === "true");
      assert.deepEqual(await places(), before, `${width} px, ${at}`);
    }
  }
});

test("every measure of both snapshots can be looked at", { timeout: 120_000 }, async ({ page, open }) => {
  await open();
  for (const address of ["", example]) {
    if (address) await open(address);
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      const measures = filters(page).getByRole("group", { name: "Measure" }).getByRole("button");
      for (let at = 0; at < (await measures.count()); at += 1) {
        await measures.nth(at).click();
        await until("pressed", async () => (await measures.nth(at).getAttribute("aria-pressed")) === "true");
      }
      await reads(live(page), /figures? published\./);
    }
  }
});

for (const width of [360, 1280]) {
  test(`at ${width} px whatever is pressed is at least 24 px wide and high`, { context: { viewport: { width, height: 800 } } }, async ({ page, open }) => {
    await open(views.arrivals);
    if (width < 600) await page.getByRole("button", { name: /^Filters/ }).click();
    const small = await page.locator("mixed-movements").evaluate((element) => {
      const found = [];
      for (const target of element.shadowRoot.querySelectorAll("button, input, select, [role=slider], [role=tab]")) {
        const box = (target.closest("label") ?? target).getBoundingClientRect();
        if (box.width && (box.width < 24 || box.height < 24)) {
          found.push(`${target.getAttribute("aria-label") ?? target.innerText}: ${box.width} × ${box.height}`);
        }
      }
      return found;
    });
    assert.deepEqual(small, []);
  });
}

const looks = [
  ["light", views.arrivals, {}],
  ["dark", views.arrivals, { colorScheme: "dark" }],
  ["narrow", views.asylum, { viewport: { width: 360, height: 800 } }],
  ["made-up figures", `${example}${link({ dataset: "asylum", country: "SRB" })}`, {}],
  ["Arabic, dark", `${views.arrivals}&lang=ar`, { colorScheme: "dark" }],
  ["a comparison", views.compared, {}],
  ["a comparison, dark and narrow", views.compared, { colorScheme: "dark", viewport: { width: 360, height: 800 } }],
  ["forced colours", views.compared, { forcedColors: "active" }],
  ["one view, with controls", "embed.html#view=trend&controls=on&dataset=new-arrivals&country=BIH+SRB", {}],
  ["one view, the table", "embed.html#view=table&dataset=new-arrivals&country=BIH+SRB", { viewport: { width: 360, height: 800 } }],
];
for (const [name, address, context] of looks) {
  test(`an accessibility check finds nothing: ${name}`, { context }, async ({ page, open, context }) => {
    await context.addInitScript(axe);
    await open(address);
    await check(page);
  });
}

test("an accessibility check finds nothing in the sheet, a menu, a dialog and an error", { context: { viewport: { width: 360, height: 800 } } }, async ({ page, open, context }) => {
  await context.addInitScript(axe);
  await open(views.asylum);
  await page.getByRole("button", { name: /^Filters/ }).click();
  await check(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Download", exact: true }).click();
  await check(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Quote", exact: true }).click();
  await check(page);
  await page.keyboard.press("Escape");
  await page.getByLabel("Open a file").setInputFiles({ name: "letter.json", mimeType: "application/json", buffer: Buffer.from("Dear reader") });
  await page.getByRole("alert").waitFor();
  await check(page);
});

test("at 320 px and at twice the size of letters nothing scrolls to the side", { context: { viewport: { width: 320, height: 700 } } }, async ({ page, open }) => {
  for (const address of [views.compared, views.arrivals, `${views.arrivals}&lang=ar`]) {
    await open(address);
    assert.ok((await overflow(page)) <= 0, address);
    // A page at 1280 px looked at with 200 % zoom is 640 px wide.
    await page.setViewportSize({ width: 640, height: 400 });
    assert.ok((await overflow(page)) <= 0, `${address}, zoomed`);
    await page.setViewportSize({ width: 320, height: 700 });
    await page.goto("about:blank");
  }
});

test("the page follows the system's dark colours, and the reader's choice", { context: { colorScheme: "dark" } }, async ({ page, open }) => {
  await open();
  const paper = () => page.locator('mixed-movements [part="root"]').evaluate((root) => getComputedStyle(root).backgroundColor.match(/\d+/g).map(Number).reduce((a, b) => a + b));
  assert.ok((await paper()) < 150);
  await page.getByRole("button", { name: "Use light colours" }).click();
  await until("light", async () => (await paper()) > 700);
  await page.emulateMedia({ colorScheme: "light" });
  await page.emulateMedia({ colorScheme: "dark" });
  assert.ok((await paper()) > 700);
});

test("with reduced motion nothing moves", { context: { reducedMotion: "reduce" } }, async ({ page, open }) => {
  await open();
  const moving = await page.locator("mixed-movements").evaluate((element) =>
    [...element.shadowRoot.querySelectorAll("*")].filter((part) => {
      const { transitionProperty, transitionDuration, animationName } = getComputedStyle(part);
      return (transitionProperty !== "none" && transitionDuration.split(", ").some((time) => time !== "0s")) || animationName !== "none";
    }).length,
  );
  assert.equal(moving, 0);
});

test("with forced colours charts are drawn in the system's, and what is chosen can be told", { context: { forcedColors: "active", colorScheme: "dark" } }, async ({ page, open }) => {
  await open(views.arrivals);
  const canvas = page.locator('mixed-movements [part="chart"] canvas').first();
  await until("drawn", () => canvas.evaluate((element) => {
    const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
    return data.some((value, at) => at % 4 === 3 && value > 200);
  }));
  const boxes = await filters(page).getByRole("checkbox").evaluateAll((all) => all.map((box) => [box.checked, getComputedStyle(box).backgroundColor]));
  const colours = (checked) => new Set(boxes.filter(([is]) => is === checked).map(([, colour]) => colour));
  for (const colour of colours(true)) assert.ok(!colours(false).has(colour));
  const measures = await page.locator("mixed-movements button[aria-pressed]").evaluateAll((all) => all.map((button) => [button.ariaPressed, getComputedStyle(button).backgroundColor]));
  const pressed = measures.find(([is]) => is === "true");
  assert.ok(pressed && measures.every(([is, colour]) => is === "true" || colour !== pressed[1]), JSON.stringify(measures));
});

test("on paper stand the figures, not the buttons", async ({ page, open }) => {
  await open(views.arrivals);
  await page.emulateMedia({ media: "print" });
  assert.equal(await filters(page).count(), 0);
  assert.equal(await page.getByRole("button", { name: "Share", exact: true }).count(), 0);
  await reads(page.getByRole("region", { name: "Total" }), "at least 14,268");
  assert.ok((await page.pdf({ format: "A4" })).length > 20_000);
});

// A frame is a part of somebody else's page, which has the landmarks and the first heading.
const OF_PAGES = ["landmark-one-main", "page-has-heading-one", "region"];

async function check(page) {
  const inFrame = page.url().includes("/embed.html");
  const found = await page.evaluate(async (off) => {
    const { violations } = await globalThis.axe.run(document, {
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      rules: Object.fromEntries(off.map((id) => [id, { enabled: false }])),
    });
    return violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.length, first: nodes.slice(0, 3).map((node) => `${node.target.flat().join(" ")} ${node.html.slice(0, 160)}\n${node.failureSummary}`) }));
  }, inFrame ? OF_PAGES : []);
  assert.deepEqual(found, [], JSON.stringify(found, null, 1));
}

test("a picture of the whole page has every chart, far below the window too", async ({ page, open }) => {
  await open();
  const canvases = page.locator(".plot canvas");
  await until("every chart is painted", () =>
    canvases.evaluateAll((all) => all.length > 4 && all.every((canvas) => canvas.toDataURL().length > 4000)));
  const picture = (await page.screenshot({ fullPage: true })).toString("base64");
  const colours = await canvases.evaluateAll(async (all, picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return all.map((canvas) => {
      const { x, y, width, height } = canvas.getBoundingClientRect();
      const { data } = context.getImageData(x + scrollX, y + scrollY, width, height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
  }, picture);
  assert.ok(colours.every((number) => number > 8), `colours of each chart: ${colours}`);
});
