// Check pins: drawn by the province, measured blind by staff of another LAO.
import { expect, test } from "@playwright/test";

import { look } from "../look.ts";
import { signIn } from "../sign_in.ts";
import { base, CHOM_THONG } from "../world.ts";

test("a drawn pin is measured once more by somebody who does not see it", async ({ page, browser }) => {
  await signIn(page, "officer");
  await page.goto(`${base()}/provinces/50/review?lang=en`);
  await page.getByRole("link", { name: "Check pins" }).click();
  await page.getByLabel("How many").fill("1");
  await page.getByRole("button", { name: "Draw" }).click();
  await expect(page.getByRole("status")).toHaveText("One pin drawn");
  await look(page, `${base()}/provinces/50/checks`, "checks");
  const address = await page.locator("main a[href^='/checks/']").getAttribute("href");

  const [latitude, longitude] = CHOM_THONG;
  const context = await browser.newContext({
    permissions: ["geolocation"],
    geolocation: { latitude: latitude + 0.00005, longitude, accuracy: 8 },
  });
  const other = await context.newPage();
  await signIn(other, "staff-b");
  await look(other, `${base()}${address!.split("?")[0]}`, "check");
  expect(await other.locator("main").textContent()).not.toContain(latitude.toFixed(3));
  await other.getByRole("button", { name: "Use this phone's position" }).click();
  await expect(other.getByLabel("Position")).toHaveValue("18.417173, 98.676543");
  await expect(other.getByLabel("Within how many metres")).toHaveValue("13.0");
  await other.getByRole("button", { name: "Send" }).click();
  await expect(other.getByRole("status")).toContainText("confirmed");
  await look(other, other.url().split("?")[0]!, "check-measured");
  await context.close();

  await page.goto(`${base()}/provinces/50?lang=en`);
  await expect(page.locator("main")).toContainText("1 of 1 pins drawn by chance and measured once more are confirmed: 100 % (95 % interval 21–100 %)");
});
