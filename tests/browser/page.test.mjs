// The app's page as it is delivered.
import { assert, test } from "./harness.mjs";

test("the page opens, shows its heading, and keeps quiet", async ({ page, open }) => {
  const response = await open();
  assert.equal(response.status(), 200);
  assert.match(response.headers()["content-security-policy"], /default-src 'none'/);
  await page.getByRole("heading", { level: 1 }).waitFor();
});
