// What a reader finds on the page, by role and name, and what they do with it.
import { inflateRawSync } from "node:zlib";
import { assert, until } from "./harness.mjs";

export const example = "?src=data/western-balkans-example.json";

/** The fragment of a view: `link({ dataset: "a", country: "X Y" })`. */
export const link = (fields) => `#v1&${new URLSearchParams(fields)}`;

export const filters = (page) => page.getByRole("region", { name: "Filters" });
export const places = (page) => filters(page).getByRole("group", { name: /^Country/ });
export const nationalities = (page) => filters(page).getByRole("group", { name: /^Nationality/ });
export const place = (page, name) => places(page).getByRole("checkbox", { name });
export const nationality = (page, name) => nationalities(page).getByRole("checkbox", { name });
export const month = (page, which) => filters(page).getByRole("textbox", { name: which });
export const handle = (page, which) => filters(page).getByRole("slider", { name: `${which} month` });
export const chips = (page) => page.getByRole("group", { name: "What is chosen" });
export const chosen = async (page) =>
  (await chips(page).getByRole("button", { name: /^Remove / }).all().then((all) => Promise.all(all.map((chip) => chip.getAttribute("aria-label"))))).map((name) => name.replace("Remove ", ""));
export const live = (page) => page.getByRole("status").filter({ hasText: /figures? published\./ });
/** The part of the page that only stands there with figures. */
export const explore = (page) => page.getByRole("heading", { name: "Explore the figures" });
export const total = (page) => page.getByRole("region", { name: "Total" });
export const table = (page) => page.getByRole("region", { name: "Table" });
export const tab = (page, name) => page.getByRole("tab", { name });

/** A chart, as the group that holds its canvas and its words. */
export const chart = (page, name) => page.getByRole("group", { name });
/** The panel around it: title, menu, key, source. */
export const panel = (page, name) => page.getByRole("figure").filter({ has: chart(page, name) });

const plain = (text) => text.replace(/\s+/g, " ").trim();

/** Whether anything around an element still shows what was chosen before; during a drag what is out of sight may. */
const isBehind = (element) => {
  const root = element.getRootNode();
  return Boolean(root.querySelector("[aria-busy=true]") && !root.querySelector(".brushing"));
};

/** Waits until what `locator` shows contains `expected`, text or pattern, and all around it shows the same choice. */
export async function reads(locator, expected, timeout = 10_000) {
  let seen = "(not there)";
  const holds = async () =>
    (expected instanceof RegExp ? expected.test(seen) : seen.includes(expected)) && !(await locator.first().evaluate(isBehind));
  try {
    await until("", async () => {
      if ((await locator.count()) === 0) return (seen = "(not there)") && false;
      seen = plain(await locator.first().innerText());
      return holds();
    }, timeout);
  } catch {
    assert.fail(`expected ${expected instanceof RegExp ? expected : JSON.stringify(expected)}, read:\n${seen}`);
  }
  return seen;
}

/** What the one live region says, once it says `expected`. */
export const spoken = (page, expected) => reads(page.locator("mixed-movements [aria-live=polite][part=live]"), expected);

/** What has the focus, as role-less words: its label, value or text. */
export const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const text = element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "";
    return `${element.getAttribute("role") ?? element.tagName.toLowerCase()} ${text}`.replace(/\s+/g, " ").trim();
  });

/** Tabs on until what has the focus matches. */
export async function tabTo(page, wanted, { back = false, most = 200 } = {}) {
  const passed = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    const now = await focused(page);
    passed.push(now);
    if (wanted.test(now)) return now;
  }
  assert.fail(`Tab never came to ${wanted}; it passed:\n${passed.join("\n")}`);
}

/** Moves the mouse over a chart until its tooltip reads `expected`, and gives its words. */
export async function point(page, group, expected) {
  const canvas = group.locator("canvas").first();
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const tooltip = group.locator(".tooltip");
  for (let y = 12; y < box.height; y += 14) {
    for (let x = 8; x < box.width; x += 12) {
      await page.mouse.move(box.x + x, box.y + y);
      if ((await tooltip.count()) && expected.test(plain(await tooltip.innerText().catch(() => "")))) {
        return { words: plain(await tooltip.innerText()), x: box.x + x, y: box.y + y, tooltip };
      }
    }
  }
  return assert.fail(`no place of the chart has a tooltip with ${expected}`);
}

/** The overflow of the page to the side, in CSS pixels. */
export const overflow = (page) =>
  page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth);

/** RFC 4180, as any spreadsheet reads it. */
export function rows(text) {
  const records = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const record = records.at(-1);
    const letter = text[at];
    if (letter === '"' && quoted && text[at + 1] === '"') (record[record.length - 1] += '"'), (at += 1);
    else if (letter === '"') quoted = !quoted;
    else if (letter === "," && !quoted) record.push("");
    else if (letter === "\n" && !quoted) records.push([""]);
    else if (letter !== "\r" || quoted) record[record.length - 1] += letter;
  }
  const [names, ...found] = records.filter((record) => record.length > 1);
  return found.map((record) => Object.fromEntries(names.map((name, at) => [name, record[at]])));
}

/** The files of a zip archive, as text by name. */
export function unzip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + size);
    files.set(bytes.toString("utf8", at + 46, at + 46 + name), (method === 8 ? inflateRawSync(packed) : packed).toString("utf8"));
    at += 46 + name + extra + comment;
  }
  return files;
}
