// The program comes in two parts: what is on the page before the second, and what if it does not come.
import { assert, ready, test, until } from "./harness.mjs";
import { explore } from "./reader.mjs";

const REST = /\/rest-[0-9a-f]+\.wasm$/;
const hasChart = (page) =>
  until("a chart is drawn", () =>
    page.locator("canvas").first().evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((byte) => byte !== 0);
    }),
  );

test("key figures and the first chart stand before the rest of the program is there", async ({ page, open }) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route(REST, async (route) => {
    await held;
    await route.continue();
  });
  await open("", { ready: false });
  await hasChart(page);
  await page.getByText("1,300").filter({ visible: true }).first().waitFor();
  assert.equal(await explore(page).count(), 0);
  release();
  await explore(page).waitFor();
  await ready(page);
});

test("where the rest of the program does not come, the page says so and can try again", async ({ page, open, quiet }) => {
  await page.route(REST, (route) => route.abort());
  await open("", { ready: false });
  const alert = page.getByRole("alert");
  await alert.getByText("The rest of the page did not load").waitFor();
  await hasChart(page);
  await page.unroute(REST);
  await alert.getByRole("button", { name: "Try again" }).click();
  await explore(page).waitFor();
  assert.match(quiet.console.splice(0).join(), /Failed to load resource/);
});

test("what a reader asks for before the rest is there brings it at once", async ({ page, open }) => {
  // Held back while the page waits for it, and there for who cannot wait.
  await page.route(REST, (route) => route.request().resourceType() === "xhr" && route.continue());
  await open("", { ready: false });
  await hasChart(page);
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("dialog").waitFor();
});
