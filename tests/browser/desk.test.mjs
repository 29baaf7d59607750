// Comparing, dragging over months, the table: what a reader on deadline does, and takes back.
import { assert, followed, test, until } from "./harness.mjs";
import { chart, chips, chosen, example, filters, link, live, month, overflow, panel, place, reads, spoken, table, total } from "./reader.mjs";

const comparison = (page) => page.getByRole("region", { name: "Comparison" });
const trend = (page) => chart(page, /^New arrivals by month/).first();

/** Drags over a chart from one share of its width to another; `atEnd` runs before the button is let go. */
async function drag(page, group, from, to, atEnd = async () => {}) {
  const canvas = group.locator("canvas").first();
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  for (let step = 1; step <= 12; step += 1) {
    await page.mouse.move(box.x + box.width * (from + ((to - from) * step) / 12), y);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  await atEnd();
  await page.mouse.up();
}

const steps = (page) => page.evaluate(() => history.length);

test("months are chosen by dragging over the line, which goes on showing all of them; one step back takes all of it back", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH" }));
  await reads(panel(page, /^New arrivals by month/), "January 2017 to January 2024");
  const before = await steps(page);
  await drag(page, trend(page), 0.3, 0.5, async () => {
    // The figures follow while the button is down, and nothing is written into the history.
    await reads(live(page), /Bosnia and Herzegovina · \w+ 20(18|19) to \w+ 20(19|20|21):/);
    assert.equal(await steps(page), before);
  });
  const range = await reads(live(page), /Bosnia and Herzegovina · \w+ 20\d\d to \w+ 20\d\d:/);
  assert.equal(await steps(page), before + 1);
  assert.match(page.url(), /from=20\d\d-\d\d&to=20\d\d-\d\d.*brush=trend/);
  await reads(panel(page, /^New arrivals by month/), "January 2017 to January 2024");
  assert.match((await chosen(page)).join(), /^Bosnia and Herzegovina,\w+ 20\d\d to \w+ 20\d\d$/);
  const rows = await table(page).getByRole("rowheader").allInnerTexts();
  assert.ok(rows.length > 3 && rows.every((row) => /20(18|19|20|21)$/.test(row)), rows.join());
  await page.goBack();
  await reads(live(page), "Bosnia and Herzegovina · January 2017 to January 2024");
  assert.deepEqual(await chosen(page), ["Bosnia and Herzegovina"]);
  await page.goForward();
  assert.equal(await reads(live(page), /Bosnia and Herzegovina · \w+ 20\d\d to \w+ 20\d\d:/), range);
  await reads(panel(page, /^New arrivals by month/), "January 2017 to January 2024");
});

test("Escape gives a drag up, and a range that is typed is looked at closely", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH" }));
  await trend(page).focus();
  await drag(page, trend(page), 0.3, 0.5, async () => {
    await reads(live(page), /to \w+ 20(19|20|21):/);
    await page.keyboard.press("Escape");
  });
  await reads(live(page), "Bosnia and Herzegovina · January 2017 to January 2024");
  await month(page, "From").fill("2018-01");
  await month(page, "From").press("Enter");
  await reads(panel(page, /^New arrivals by month/), "January 2018 to January 2024");
});

test("a step back amid a drag ends it, and all of the page shows what it goes back to", async ({ page, open }) => {
  await open(link({ dataset: "present" }));
  await page.getByRole("tab", { name: /^New arrivals arrivals/ }).click();
  await followed(page);
  await drag(page, trend(page), 0.3, 0.5, () => page.goBack());
  await followed(page);
  await reads(page.getByRole("heading", { name: /^People present/ }).first(), "People present");
  await reads(table(page), "People present");
  assert.equal(await page.locator("mixed-movements [aria-busy=true]").count(), 0);
  await page.getByRole("checkbox", { name: /^Serbia/ }).check();
  await followed(page);
  await reads(table(page), /People present.*Serbia/s);
});

test("a drag over the line is followed at the rate of frames", { timeout: 120_000 }, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH" }));
  const canvas = trend(page).locator("canvas").first();
  await canvas.scrollIntoViewIfNeeded();
  const took = await canvas.evaluate(async (element) => {
    const box = element.getBoundingClientRect();
    const send = (type, x) =>
      element.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, pointerId: 1, pointerType: "mouse", button: 0, buttons: type === "pointerup" ? 0 : 1, clientX: box.left + x, clientY: box.top + box.height / 2 }));
    element.setPointerCapture = () => {};
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    send("pointerdown", box.width * 0.3);
    const times = [];
    for (let x = 0.32; x < 0.8; x += 0.02) {
      send("pointermove", box.width * x);
      const start = performance.now();
      await frame(); // the figures follow within this frame's callbacks
      await new Promise((done) => setTimeout(done));
      times.push(performance.now() - start);
    }
    send("pointerup", box.width * 0.8);
    return times.sort((a, b) => a - b);
  });
  const median = took[took.length >> 1];
  console.log(`  a frame of a drag takes ${median.toFixed(0)} ms (median), ${took.at(-1).toFixed(0)} ms (longest)`);
  // Frames of a slow machine at work on other things; a drag that is not followed takes many times that.
  assert.ok(median < 250, `half of the frames took ${median.toFixed(0)} ms or more`);
});

// Work is counted, not timed: what is painted and written at a step, whatever else the machine does.
test("a step of a drag paints each other chart in sight once, and writes little", { timeout: 120_000 }, async ({ page, open }) => {
  await page.addInitScript(() => {
    globalThis.painted = [];
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...at) {
      if (this.canvas.isConnected) globalThis.painted.push(this.canvas);
      return clearRect.apply(this, at);
    };
  });
  await open(link({ dataset: "new-arrivals" }));
  await reads(panel(page, /^New arrivals by country/), "Source");
  const canvas = trend(page).locator("canvas").first();
  await canvas.evaluate((element) => element.scrollIntoView({ block: "start" }));
  const { steps, seen, after } = await canvas.evaluate(async (element) => {
    const box = element.getBoundingClientRect();
    const send = (type, x) =>
      element.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, pointerId: 1, pointerType: "mouse", button: 0, buttons: type === "pointerup" ? 0 : 1, clientX: box.left + box.width * x, clientY: box.top + box.height / 2 }));
    element.setPointerCapture = () => {};
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const page = element.getRootNode();
    const charts = [...page.querySelectorAll(".plot canvas")];
    const isSeen = (chart) => chart.getBoundingClientRect().top < innerHeight && chart.getBoundingClientRect().bottom > 0;
    let written = 0;
    const observer = new MutationObserver((changes) => (written += changes.length));
    observer.observe(page, { subtree: true, attributes: true, childList: true, characterData: true });
    send("pointerdown", 0.3);
    send("pointermove", 0.32);
    await frame();
    const seen = charts.map((chart) => chart !== element && isSeen(chart));
    const steps = [];
    for (let x = 0.34; x < 0.7; x += 0.04) {
      (globalThis.painted.length = 0), (written = 0);
      send("pointermove", x);
      await frame();
      const times = charts.map((chart) => globalThis.painted.filter((painted) => painted === chart).length);
      const kept = charts.map((chart) => getComputedStyle(chart).contentVisibility !== "hidden");
      steps.push({ own: times[charts.indexOf(element)], others: times, written, kept });
    }
    send("pointerup", 0.7);
    await frame();
    while (page.querySelector("[aria-busy=true]")) await frame();
    return { steps, seen, after: charts.map((chart) => getComputedStyle(chart).contentVisibility) };
  });
  assert.ok(seen.filter(Boolean).length > 0 && seen.filter((is) => !is).length > 1, `in sight: ${seen}`);
  for (const { own, others, kept } of steps) {
    assert.equal(own, 0, "the chart under the drag stays as it is");
    // The browser hands over each canvas with each frame, whether it changed or not.
    kept.forEach((is, at) => assert.ok(is || !seen[at], `chart ${at} is in sight and left out`));
    assert.ok(kept.filter((is) => !is).length > 1, `handed over: ${kept}`);
    others.forEach((times, at) => assert.ok(times <= (seen[at] ? 1 : 0), `chart ${at}, in sight: ${seen[at]}, painted ${times} times`));
  }
  assert.ok(after.every((is) => is === "visible"), `afterwards: ${after}`);
  // Words, bands, links of notes. Were elements made anew for a changed word, it would be well over a hundred.
  const written = steps.map((step) => step.written).sort((a, b) => a - b);
  assert.ok(written[written.length >> 1] < 70, `changes written at each step: ${written.join(", ")}`);
  assert.ok(steps.some(({ others }) => others.some((times) => times > 0)), "no chart followed");
});

/** Lets `globalThis.tasks` count: a task begins with a timer or a frame; what follows in microtasks belongs to it. */
const countTasks = (page) =>
  page.addInitScript(() => {
    globalThis.tasks = 0;
    for (const name of ["setTimeout", "requestAnimationFrame"]) {
      const later = globalThis[name];
      globalThis[name] = (run, ...rest) => later((...given) => ((globalThis.tasks += 1), run(...given)), ...rest);
    }
  });

for (const [choice, control, least, isOutside, then] of [
  ["a choice", (page) => place(page, /^Serbia/), 7, false, (page) => reads(total(page), "Serbia")],
  // Of parts only pictures change, and outside of them that of the key figures, here out of sight.
  ["a change to dark colours", (page) => page.getByRole("button", { name: "Use dark colours" }), 5, true, (page) => page.getByRole("button", { name: "Use light colours" }).waitFor()],
]) test(`${choice} is followed part by part, each in a task of its own, what is in sight first`, { timeout: 120_000 }, async ({ page, open }) => {
  await countTasks(page);
  await open(link({ dataset: "new-arrivals" }));
  await followed(page);
  await filters(page).evaluate((element) => element.scrollIntoView());
  const { first, later, seen, left } = await control(page).evaluate(async (box) => {
    const root = box.getRootNode();
    const parts = [...root.querySelectorAll(".turn")];
    const isSeen = parts.map((part) => part.firstElementChild?.getBoundingClientRect()).map((box) => Boolean(box && box.bottom > 0 && box.top < innerHeight));
    const changed = new Map();
    const note = (node) => {
      if (!node.isConnected) return; // taken out meanwhile
      const part = (node.closest ? node : node.parentElement)?.closest(".turn");
      if (!changed.has(globalThis.tasks)) changed.set(globalThis.tasks, new Set());
      changed.get(globalThis.tasks).add(parts.indexOf(part));
    };
    // That a part is busy is no change of it.
    const observer = new MutationObserver((changes) => changes.forEach(({ target, attributeName }) => attributeName === "aria-busy" || note(target)));
    observer.observe(root, { subtree: true, attributes: true, childList: true, characterData: true });
    for (const name of ["fillRect", "stroke", "fillText", "drawImage"]) {
      const draw = CanvasRenderingContext2D.prototype[name];
      CanvasRenderingContext2D.prototype[name] = function (...given) {
        if (this.canvas.isConnected) note(this.canvas);
        return draw.apply(this, given);
      };
    }
    globalThis.tasks += 1;
    const chosen = globalThis.tasks;
    box.focus({ preventScroll: true });
    box.click();
    await Promise.resolve();
    const left = () => root.querySelectorAll("[aria-busy=true]").length;
    do await new Promise((done) => requestAnimationFrame(done));
    while (left());
    await new Promise((done) => setTimeout(done, 200)); // what is out of sight is painted
    const told = [...changed].map(([task, parts]) => ({ task, parts: [...parts] }));
    return { first: told.find(({ task }) => task === chosen).parts, later: told.filter(({ task }) => task !== chosen).map(({ parts }) => parts), seen: isSeen, left: left() };
  });
  assert.equal(left, 0);
  // With the control: what stands outside all parts, and the list in which the reader chose.
  assert.ok(first.includes(-1) && first.length <= 2, `with the control changed: ${first}`);
  for (const parts of later) assert.ok(parts.length <= 1, `in one task changed: ${parts}`);
  const order = [...new Set(later.flat())].filter((part) => part >= 0 || !isOutside);
  assert.ok(order.length >= least, `followed: ${order}`);
  const last = Math.max(...order.map((part, at) => (seen[part] ? at : 0)));
  assert.ok(order.slice(0, last).every((part) => seen[part]), `in sight: ${seen}, followed: ${order}`);
  await then(page);
});

test("a dialog is built in one task and opened in another, and a step is written into the address after what it shows", async ({ page, open }) => {
  await countTasks(page);
  await open(link({ dataset: "new-arrivals" }));
  await followed(page);
  const built = await page.getByRole("button", { name: "Quote" }).first().evaluate(async (button) => {
    const dialog = button.getRootNode().querySelector("dialog");
    globalThis.tasks += 1;
    const pressed = globalThis.tasks;
    button.focus();
    button.click();
    await new Promise((done) => queueMicrotask(() => queueMicrotask(done)));
    const built = [];
    for (let at = 0; at < 20 && !dialog.querySelector("blockquote"); at += 1) await Promise.resolve();
    built.push({ is: Boolean(dialog.querySelector("blockquote")), open: dialog.open, later: globalThis.tasks > pressed });
    while (!dialog.open) await new Promise((done) => setTimeout(done));
    built.push({ is: Boolean(dialog.querySelector("blockquote")), open: dialog.open, later: globalThis.tasks > pressed });
    return built;
  });
  assert.deepEqual(built, [{ is: true, open: false, later: false }, { is: true, open: true, later: true }]);
  await page.keyboard.press("Escape");
  await until("the button has the focus again", () => page.getByRole("button", { name: "Quote" }).first().evaluate((button) => button.getRootNode().activeElement === button));
  const written = await place(page, /^Serbia/).evaluate(async (box) => {
    const before = location.href;
    const pressed = (globalThis.tasks += 1);
    let later;
    const { pushState } = history;
    history.pushState = function (...given) {
      later = globalThis.tasks > pressed;
      return pushState.apply(this, given);
    };
    box.click();
    const at = location.href === before;
    while (later === undefined) await new Promise((done) => setTimeout(done));
    return { at, later };
  });
  assert.deepEqual(written, { at: true, later: true });
  assert.match(page.url(), /country=SRB/);
});

test("the hatching of a cell of the heat map is one stroke, however many lines it has", async ({ page, open }) => {
  await page.addInitScript(() => {
    globalThis.drawn = new Map();
    for (const name of ["stroke", "moveTo"]) {
      const draw = CanvasRenderingContext2D.prototype[name];
      CanvasRenderingContext2D.prototype[name] = function (...given) {
        const counts = globalThis.drawn.get(this.canvas) ?? { stroke: 0, moveTo: 0 };
        globalThis.drawn.set(this.canvas, counts);
        counts[name] += 1;
        return draw.apply(this, given);
      };
    }
  });
  await open(link({ dataset: "new-arrivals" }));
  const heat = chart(page, /^New arrivals by month and country|^New arrivals by country and month/).first().locator("canvas").first();
  const counts = await until("drawn", () => heat.evaluate((canvas) => globalThis.drawn.get(canvas)));
  assert.ok(counts.moveTo > 1000 && counts.stroke < counts.moveTo / 8, JSON.stringify(counts));
});

test("a newer choice takes the place of one that is still being followed", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals" }));
  await place(page, /^Serbia/).evaluate((box) => {
    const others = [...box.closest("fieldset").querySelectorAll("input[type=checkbox]")].filter((other) => other !== box);
    for (const other of others) other.click();
    box.click();
    for (const other of others) other.click();
  });
  await reads(live(page), /^Serbia · /);
  await reads(total(page), "Serbia");
  await reads(trend(page), "Serbia");
  assert.deepEqual(await chosen(page), ["Serbia"]);
  assert.match(await table(page).locator("caption").innerText(), /Serbia/);
});

test("a mark of one chart filters the others and not itself; again, and the filter is taken back", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals" }));
  const bars = chart(page, /^New arrivals by country/).first();
  await bars.focus();
  await page.keyboard.press("ArrowDown");
  const name = (await spoken(page, /\d/)).split(",")[0];
  await page.keyboard.press("Enter");
  await reads(chips(page), name);
  await reads(bars, /Bosnia and Herzegovina.*Serbia|Serbia.*Bosnia and Herzegovina/);
  await reads(trend(page), name);
  assert.equal(await bars.evaluate((element) => element.getRootNode().activeElement === element), true);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await until("taken back or another", async () => (await chosen(page)).length <= 1);
  await page.goBack();
  await page.goBack();
  assert.equal(await chips(page).count(), 0);
});

test("a month chosen in the heat map stays one of many there, and is the only one elsewhere", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-12" }));
  const heat = chart(page, /^New arrivals by month and country|^New arrivals by country and month/).first();
  await heat.focus();
  await page.keyboard.press("ArrowRight");
  const when = (await spoken(page, /2018/)).match(/\w+ 2018/)[0];
  await page.keyboard.press("Enter");
  await reads(live(page), `Bosnia and Herzegovina · ${when}: 1 of 1`);
  await page.keyboard.press("Enter");
  await reads(live(page), "Bosnia and Herzegovina · January 2017 to January 2024");
});

test("two places are compared over the same months, with difference and ratio", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2020-09", to: "2020-10" }));
  await page.getByRole("button", { name: "Compare with another choice" }).click();
  await reads(comparison(page), "What is chosen now stays as A. Change the filters: what they leave is B.");
  assert.match(page.url(), /compare=country:BIH;from:2020-09;to:2020-10/);
  await place(page, /^Serbia/).check();
  await place(page, /^Bosnia/).uncheck();
  await reads(comparison(page), "A Bosnia and Herzegovina · September to October 2020");
  const told = await reads(comparison(page), /B Serbia · September to October 2020/);
  assert.match(told, /2,976 arrivals/); // 1,889 + 1,087
  assert.match(told, /5,433 arrivals/); // 2,730 + 2,703
  assert.match(told, /B minus A \+2,457 arrivals/);
  assert.match(told, /B divided by A 1\.83 \(\+83%\)/);
  const both = chart(page, /^New arrivals, two choices/);
  await reads(both, /A: Bosnia and Herzegovina.*B: Serbia/);
  await both.focus();
  await page.keyboard.press("ArrowRight");
  await spoken(page, /^A: Bosnia and Herzegovina, September 2020, /);
  await page.keyboard.press("ArrowDown");
  await spoken(page, /^B: Serbia, September 2020, /);
  await comparison(page).getByRole("button", { name: "Swap A and B" }).click();
  await reads(comparison(page), /A Serbia .*B minus A -2,457 arrivals/);
  await page.goBack();
  await reads(comparison(page), /B minus A \+2,457 arrivals/);
  await comparison(page).getByRole("button", { name: "End the comparison" }).click();
  assert.equal(await comparison(page).count(), 0);
  await page.goBack();
  await reads(comparison(page), /B minus A \+2,457 arrivals/);
});

test("a comparison comes with its figures, by a step forward too", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2020-09", to: "2020-10" }));
  await page.getByRole("button", { name: "Compare with another choice" }).click();
  await reads(comparison(page), "A Bosnia and Herzegovina");
  await page.goBack();
  await comparison(page).waitFor({ state: "detached" });
  await page.locator("mixed-movements").evaluate(({ shadowRoot }) => {
    globalThis.frames = [];
    const look = () => {
      const shown = shadowRoot.querySelector("[part=comparison]");
      if (shown) globalThis.frames.push(shown.querySelectorAll("td").length);
      if (globalThis.frames.length < 5) requestAnimationFrame(look);
    };
    look();
  });
  await page.goForward();
  await reads(comparison(page), "A Bosnia and Herzegovina");
  const frames = await page.waitForFunction(() => globalThis.frames.length >= 5 && globalThis.frames).then((all) => all.jsonValue());
  assert.ok(frames.every((cells) => cells >= 2), `cells of each frame: ${frames}`);
});

test("two periods are compared where the same months are published, else it is said why not", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-12" }));
  await page.getByRole("button", { name: "Compare with a year before" }).click();
  const told = await reads(comparison(page), /B minus A \+/);
  assert.match(told, /A Bosnia and Herzegovina · January to December 2017/);
  assert.match(told, /B Bosnia and Herzegovina · January to December 2018/);
  // May, August and December of 2019 have no figure.
  await page.goto(new URL(link({ dataset: "new-arrivals", country: "BIH", from: "2019-01", to: "2019-12", compare: "country:BIH;from:2018-01;to:2018-12" }), page.url()).href);
  await reads(comparison(page), /No difference: not the same parts are published for both \(A: 12 of 12 figures published; B: \d+ of 12 figures published\)\./);
  await page.goto(new URL(link({ dataset: "new-arrivals", country: "BIH", from: "2019-01", to: "2019-03", compare: "country:BIH;from:2018-01;to:2018-12" }), page.url()).href);
  await reads(comparison(page), "No difference: A is about 12 months, B about 3 months.");
  await page.goto(new URL(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-09", to: "2020-10", compare: "country:BIH;from:2020-09;to:2020-10" }), page.url()).href);
  await reads(comparison(page), "No difference: there is no total for B.");
});

test("the table is ordered and searched, and both go into the link", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB" }));
  const rows = () => table(page).getByRole("rowheader").allInnerTexts();
  await table(page).getByRole("searchbox", { name: "Find rows" }).fill("2020");
  await until("found", async () => (await rows()).every((row) => row.endsWith("2020")));
  await table(page).getByRole("button", { name: /^Serbia/ }).click();
  assert.equal((await rows())[0], "August 2020");
  assert.match(page.url(), /sort=-SRB&find=2020/);
  await page.reload();
  await until("the same rows again", async () => (await rows())[0] === "August 2020");
  await page.goBack();
  await until("the order is taken back", async () => (await rows())[0] === "December 2020");
  await table(page).getByRole("searchbox", { name: "Find rows" }).fill("zzz");
  await reads(table(page), "Nothing found.");
});

test("several places have a column of all together, which says what it cannot add", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" }));
  await table(page).getByRole("columnheader", { name: "Together" }).waitFor();
  await reads(table(page).getByRole("row", { name: /^October 2020/ }), /between 2,703 and 3,790/);
  await reads(table(page).getByRole("row", { name: /^November 2020/ }), /1 of 2 ?at least 1,638/);
});

test("notes of the table are links to their text", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" }));
  const mark = table(page).getByRole("link", { name: /^Note \d+$/ }).first();
  const number = (await mark.getAttribute("aria-label")).replace("Note ", "");
  await mark.click();
  await until("the note has the focus", () => page.evaluate((n) => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.id === `note-${n}`;
  }, number));
});

test("a line is heard: one tone a published month, in order, higher for more, and it stops when asked", async ({ page, context, open }) => {
  await context.addInitScript(() => {
    globalThis.tones = [];
    globalThis.silenced = 0;
    const { createOscillator, close } = AudioContext.prototype;
    AudioContext.prototype.createOscillator = function () {
      const tone = createOscillator.call(this);
      const { start } = tone;
      tone.start = (at) => {
        globalThis.tones.push([at, tone.frequency.value]);
        start.call(tone, at);
      };
      return tone;
    };
    AudioContext.prototype.close = function () {
      globalThis.silenced += 1;
      return close.call(this);
    };
  });
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2019-01", to: "2019-12" }));
  const menu = panel(page, /^New arrivals by month/).first().getByRole("button", { name: /^More/ });
  await menu.click();
  await page.getByRole("menuitem", { name: "Listen to the line" }).click();
  await spoken(page, "Bosnia and Herzegovina: one tone a period, higher for more, silence where no figure is published");
  const tones = await until("tones", () => page.evaluate(() => (globalThis.tones.length ? globalThis.tones : undefined)));
  const published = await table(page).getByRole("rowheader").count();
  assert.equal(tones.length, published);
  assert.deepEqual(tones.map(([at]) => at), tones.map(([at]) => at).sort((a, b) => a - b));
  const figures = (await table(page).getByRole("row").evaluateAll((all) => all.slice(1).map((row) => Number(row.querySelector("td .value").innerText.replace(/\D/g, ""))))).reverse();
  const rank = (list) => list.map((value) => [...list].sort((a, b) => a - b).indexOf(value));
  assert.deepEqual(rank(tones.map(([, pitch]) => pitch)), rank(figures));
  await menu.click();
  await page.getByRole("menuitem", { name: "Stop the sound" }).click();
  await until("silence", () => page.evaluate(() => globalThis.silenced === 1));
});

const phone = { context: { viewport: { width: 360, height: 800 }, hasTouch: true } };

/** One finger, from the first of these places over all others; `atEach` runs before each step and before it is lifted. */
async function finger(page, places, atEach = async () => {}) {
  const devtools = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => devtools.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", places.slice(0, 1));
  for (const place of places.slice(1)) {
    await atEach();
    await touch("touchMove", [place]);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  await atEach();
  await touch("touchEnd", []);
  await devtools.detach();
}

const along = (from, to) => Array.from({ length: 17 }, (_, step) => ({ x: from.x + ((to.x - from.x) * step) / 16, y: from.y + ((to.y - from.y) * step) / 16 }));
const scrolled = (page) => page.evaluate(() => scrollY);

test("a finger that goes along the line chooses months, and the line stays on the screen", phone, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH" }));
  const canvas = trend(page).locator("canvas").first();
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const at = (share) => ({ x: box.x + box.width * share, y: box.y + box.height / 2 });
  await finger(page, along(at(0.35), at(0.7)));
  await until("the months are in the address", () => /from=20\d\d-\d\d&to=20\d\d-\d\d.*brush=trend/.test(page.url()));
  await reads(live(page), /Bosnia and Herzegovina · \w+ 20(18|19) to \w+ 20(20|21|22):/);
  const after = await canvas.boundingBox();
  assert.ok(after.y >= 0 && after.y + after.height <= 800, `${after.y} to ${after.y + after.height}`);
  assert.equal(await trend(page).locator(".tooltip").count(), 0);
  await page.goBack();
  await until("one step back takes all of it back", () => !page.url().includes("from="));
});

for (const [above, view] of [
  ["the range is the first thing chosen", {}],
  ["one range takes the place of another", { country: "BIH", from: "2018-01", to: "2018-12" }],
  ["places, sentences and a comparison are told", { country: "BIH SRB", compare: "country:BIH;from:2018-01;to:2018-12" }],
]) {
  test(`nothing moves under a finger that drags over months: ${above}`, phone, async ({ page, open }) => {
    await open(link({ dataset: "new-arrivals", ...view }));
    const canvas = trend(page).locator("canvas").first();
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    const at = (share) => ({ x: box.x + box.width * share, y: box.y + box.height / 2 });
    const tops = [];
    const told = new Set();
    const look = async () => {
      // The figures follow in a task of their own.
      await page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done)))));
      tops.push((await canvas.boundingBox()).y);
      told.add(await live(page).innerText());
    };
    await finger(page, along(at(0.3), at(0.9)), look);
    assert.ok(told.size > 3, "the months follow the finger");
    assert.ok(Math.max(...tops) - Math.min(...tops) < 1, tops.join(" "));
    await until("the months are in the address", () => /from=20\d\d-\d\d&to=20\d\d-\d\d/.test(page.url()));
    await reads(chips(page), / to /);
    await until("and the line is where it was", async () => Math.abs((await canvas.boundingBox()).y - tops[0]) < 1.5);
  });
}

for (const [what, anchor] of [["and the browser helps", "auto"], ["and the browser does not", "none"]]) {
  test(`a chart of which a mark is chosen stays under the finger, whatever grows above it, ${what}`, phone, async ({ page, open }) => {
    await open(link({ dataset: "arrivals-by-nationality" }));
    await page.evaluate((anchor) => { document.documentElement.style.overflowAnchor = anchor; }, anchor);
    const canvas = page.locator("figure.of-ranking canvas").first();
    await canvas.evaluate((element) => scrollBy({ top: element.getBoundingClientRect().top - 250, behavior: "instant" }));
    const { x, y } = await canvas.boundingBox();
    const at = { x: x + 140, y: y + 30 };
    await page.touchscreen.tap(at.x, at.y);
    await page.locator("figure.of-ranking .tooltip").waitFor();
    // What is painted: observers of sizes are the last to be asked in a frame.
    await canvas.evaluate((element) => {
      globalThis.tops = [];
      const look = () => requestAnimationFrame(() => {
        const observer = new ResizeObserver(() => {
          observer.disconnect();
          globalThis.tops.push(element.getBoundingClientRect().top);
        });
        observer.observe(element);
        look();
      });
      look();
    });
    await page.touchscreen.tap(at.x, at.y);
    await chips(page).waitFor();
    await followed(page);
    await page.touchscreen.tap(at.x, at.y);
    await page.touchscreen.tap(at.x, at.y);
    await chips(page).waitFor({ state: "detached" });
    await followed(page);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
    const tops = await page.evaluate(() => globalThis.tops);
    assert.ok(tops.every((top) => Math.abs(top - y) < 1.5), [...new Set(tops)].join(" "));
  });
}

test("a finger that goes up over the line scrolls the page, and chooses nothing", phone, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH" }));
  const canvas = trend(page).locator("canvas").first();
  await canvas.scrollIntoViewIfNeeded();
  const [box, before, address] = [await canvas.boundingBox(), await scrolled(page), page.url()];
  const at = (y) => ({ x: box.x + box.width / 2, y });
  await finger(page, along(at(box.y + box.height - 60), at(box.y + box.height - 260)));
  await until("the page is scrolled", async () => (await scrolled(page)) > before + 100);
  assert.equal(page.url(), address);
  assert.equal(await trend(page).locator(".tooltip").count(), 0);
});

test("what a tap tells of a mark stays on the screen, also where the plot reaches to its lower edge", phone, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH" }));
  const group = trend(page);
  const canvas = group.locator("canvas").first();
  await canvas.evaluate((element) => scrollBy({ top: element.getBoundingClientRect().bottom - innerHeight + 90, behavior: "instant" }));
  const box = await canvas.boundingBox();
  const tooltip = group.locator(".tooltip");
  for (let x = 60; x < 200 && (await tooltip.count()) === 0; x += 7) await page.touchscreen.tap(box.x + x, box.y + box.height - 60);
  await tooltip.waitFor();
  const told = await tooltip.boundingBox();
  const bar = await page.locator(".sheet-bar").boundingBox();
  assert.ok(told.x >= 0 && told.x + told.width <= 360, `${told.x} to ${told.x + told.width}`);
  assert.ok(told.y >= 0 && told.y + told.height <= bar.y, `${told.y} to ${told.y + told.height}, above ${bar.y}`);
});

test("on a phone a first tap tells of a mark, a second one chooses it; the kinds are in the chart's menu", { context: { viewport: { width: 360, height: 800 }, hasTouch: true } }, async ({ page, open }) => {
  await open(link({ dataset: "registered-arrivals" }));
  const bars = chart(page, /^Registered arrivals, counted by IOM by country/).first();
  const canvas = bars.locator("canvas").first();
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  await page.touchscreen.tap(box.x + 30, box.y + 32);
  await bars.locator(".tooltip").waitFor();
  assert.equal(await chips(page).count(), 0);
  await page.touchscreen.tap(box.x + 30, box.y + 32);
  await chips(page).waitFor();
  await panel(page, /^Registered arrivals, counted by IOM by country/).first().getByRole("button", { name: /^More/ }).tap();
  await page.getByRole("menuitemradio", { name: "Ranked bars" }).waitFor();
  assert.equal(await page.getByRole("menuitemradio", { checked: true }).innerText().then((text) => text.includes("Bars")), true);
});

const many = (count) => ({
  version: "2.0", class: "dataset", label: "Settlements", id: ["place", "sex"], size: [count, 2], role: { geo: ["place"] },
  dimension: {
    place: { label: "Settlement", category: { index: Array.from({ length: count }, (_, at) => `P${at}`), label: Object.fromEntries(Array.from({ length: count }, (_, at) => [`P${at}`, `Settlement ${at}`])) } },
    sex: { label: "Sex", category: { index: ["F", "M"], label: { F: "Women", M: "Men" } } },
  },
  value: Array.from({ length: count * 2 }, (_, at) => (at * 7919) % 10007),
});

test("thousands of rows are turned by the page, and heard", { timeout: 120_000 }, async ({ page, open }) => {
  await open();
  await page.getByLabel("Open a file").setInputFiles({ name: "many.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(many(6000))) });
  const rows = table(page).getByRole("rowheader");
  await until("rows", async () => (await rows.count()) === 24);
  await reads(table(page), "Rows 1 to 24 of 6,000");
  assert.equal(await table(page).getByRole("table").getAttribute("aria-rowcount"), "6001");
  const next = table(page).getByRole("button", { name: "Next rows" });
  await next.focus();
  const start = Date.now();
  await page.keyboard.press("Enter");
  await spoken(page, "Rows 25 to 48 of 6,000");
  assert.ok(Date.now() - start < 3000);
  assert.equal(await rows.first().innerText(), "Settlement 24");
  assert.equal(await table(page).getByRole("row").nth(1).getAttribute("aria-rowindex"), "26");
  await table(page).getByRole("searchbox", { name: "Find rows" }).fill("settlement 599");
  await reads(table(page), "Settlement 5990");
  assert.equal(await rows.count(), 16);
  await table(page).getByRole("button", { name: /^Women/ }).click();
  const figures = await table(page).getByRole("row").evaluateAll((all) => all.slice(1).map((row) => Number(row.querySelector("td .value").innerText.replace(/\D/g, ""))));
  assert.deepEqual(figures, [...figures].sort((a, b) => b - a));
});

test("at 360 px each row of the table is a block that says its columns, and still a row to who hears it", { context: { viewport: { width: 360, height: 800 } } }, async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" }));
  await table(page).scrollIntoViewIfNeeded();
  const row = table(page).getByRole("row", { name: /^October 2020/ });
  assert.equal(await row.getByRole("cell").count(), 3);
  await reads(row, /October 2020 Bosnia and Herzegovina 1,087 Serbia 2,703/);
  const [first, second] = await Promise.all([0, 1].map((at) => row.getByRole("cell").nth(at).boundingBox()));
  assert.ok(second.y >= first.y + first.height - 1);
  assert.ok(first.width > 280);
  assert.ok((await overflow(page)) <= 0);
  await table(page).getByRole("columnheader", { name: "Serbia" }).getByRole("button").click();
  assert.equal((await table(page).getByRole("rowheader").allInnerTexts())[0], "August 2020");
});
