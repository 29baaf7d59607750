// The figures of the edition: what the page says first, and the three that nobody may get wrong.
import { assert, test } from "./harness.mjs";
import { chart, example, link, live, place, reads, table, total } from "./reader.mjs";

test("the page opens on the edition's own figures and says them in words", async ({ page, open }) => {
  await open();
  const glance = page.getByRole("region", { name: "January 2024 at a glance" });
  await reads(glance, /People in mixed movements some 1,300\[1\] \+14% on January 2023 estimate , rounded/);
  await reads(glance, /People present some 4,800\[1\] of them 290 unaccompanied or separated children estimate , rounded/);
  const sentences = page.getByRole("region", { name: "In words" }).first().getByRole("paragraph");
  const words = await sentences.evaluateAll((all) =>
    all.map((paragraph) => [...paragraph.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim()),
  );
  assert.deepEqual(words, [
    "Some 1,300 refugees, asylum-seekers and other people were in mixed movements in the Western Balkans in January 2024, 14% more than in January 2023.",
    "At the end of January 2024 some 4,800 were present, including 290 unaccompanied or separated children: 56% in Bosnia and Herzegovina, then Serbia 30%, Kosovo (S/RES/1244 (1999)) 4%, and 3% each in Albania, Montenegro and North Macedonia.",
  ]);
  await reads(chart(page, /^Share of the people present/), /Serbia: 30 per cent, rounded\. Kosovo \(S\/RES\/1244 \(1999\)\): 4 per cent/);
});

test("who publishes, when, and that it is provisional stand in the heading; method, contact and links below", async ({ page, open }) => {
  await open();
  const heading = await reads(page.getByRole("banner"), "Edition January 2024");
  assert.match(heading, /Figures UNHCR, the UN Refugee Agency Published February 2024 Status provisional/);
  const notes = await reads(page.getByRole("region", { name: "Notes" }), "Method");
  assert.match(notes, /Since 24 February 2022 people from Ukraine are left out\./);
  assert.match(notes, /do not imply official endorsement/);
  for (const name of [/asylum dashboard/, /Ukraine refugee situation/]) {
    assert.match(await page.getByRole("link", { name }).getAttribute("href"), /^https:\/\//);
  }
  await reads(page.getByRole("contentinfo"), "Not an official publication.");
});

test("the months of one country add up to the publisher's own total", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH", from: "2018-01", to: "2018-12" }));
  await reads(live(page), "Bosnia and Herzegovina · January to December 2018: 12 of 12 figures published.");
  await reads(total(page), /January to December 2018 24,067 arrivals/);
});

test("countries are not added: the total's place says why, gives the bound and what to use instead", async ({ page, open }) => {
  await open(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" }));
  const words = await reads(total(page), "No total for the two countries");
  assert.match(words, /at least 14,268 registered arrivals/);
  assert.doesNotMatch(words, /between|17,244/); // the upper end is open, and nothing was added
  assert.match(words, /The same person may have arrived in more than one country\./);
  assert.match(words, /Only published months are counted: Bosnia and Herzegovina 2 of 5, Serbia 5 of 5\./);
  await reads(live(page), "7 of 10 figures published.");
  await reads(total(page), /Western Balkans, sum of the published figures\s?at least 23,595 \(4 of 5\)/);
  await reads(total(page), /Bosnia and Herzegovina alone\s?at least 2,976 \(2 of 5\)/);
  await total(page).getByRole("button", { name: /^Serbia alone/ }).click();
  await reads(total(page), /Serbia · July to November 2020 some 14,268 arrivals/);
  assert.equal(await place(page, /^Serbia/).isChecked(), true);
  assert.equal(await place(page, /^Bosnia/).isChecked(), false);
});

test("people present over a quarter are those of its last month, which is named", async ({ page, open }) => {
  await open(`${example}${link({ dataset: "present", country: "SRB", from: "2023-07", to: "2023-09" })}`);
  const quarter = await reads(total(page), /end of September 2023/);
  await page.goto(page.url().replace("from=2023-07", "from=2023-09"));
  const last = await reads(total(page), /· September 2023/);
  const figure = (words) => words.match(/([\d,]+) people/)?.[1];
  assert.ok(figure(quarter));
  assert.equal(figure(quarter), figure(last));
});

test("a month of which a range is published stands in the table, counts as published, and is told with the total", async ({ page, open }) => {
  await open(link({ dataset: "present", country: "BIH" }));
  await reads(live(page), "8 of 85 figures published.");
  await reads(total(page), /some 7,200 people end of January 2020 The latest published figure is a range, for September 2020: between 9,400 and 10,750 people\./);
  await reads(table(page).getByRole("row", { name: /^September 2020/ }), "between 9,400 and 10,750");
  assert.equal(await table(page).getByRole("row").count(), 9); // one of them the header
});

test("a refusal without bounds has none of their marks", async ({ page, open }) => {
  await open("embed.html#view=trend&dataset=other-periods&country=SRB");
  await reads(page.locator("mixed-movements .refused"), "No total for the 63 periods. These periods overlap each other.");
});

test("what is not published is said to be so, on the screen and aloud, and is not zero", async ({ page, open }) => {
  await open(link({ dataset: "present", country: "SRB", from: "2023-10", to: "2023-12" }));
  await reads(live(page), "0 of 3 figures published.");
  await reads(total(page), "no figure published");
  await reads(table(page), "No figure was published for this choice. This is not zero.");
  await page.goto(new URL(link({ dataset: "new-arrivals", country: "BIH SRB", from: "2020-07", to: "2020-11" }), page.url()).href);
  const cell = table(page).getByRole("row", { name: /^November 2020/ }).getByRole("cell").first();
  await reads(cell, "no figure published");
});
