// Who will come to an announced meeting, from the announcement to the province's list.
import { expect, test } from "@playwright/test";

import { look } from "../look.ts";
import { signIn } from "../sign_in.ts";
import { base } from "../world.ts";

test("an LAO says whether it comes, without scripts, and its province sees it", async ({ browser, page }) => {
  await signIn(page, "department");
  await page.goto(`${base()}/rounds?lang=th`);
  const news = page.locator("form").filter({ has: page.getByRole("heading", { name: "ประกาศใหม่" }) });
  await news.getByLabel("เรื่อง").fill("ประชุมชี้แจงการปักหมุด");
  await news.getByLabel("วันที่").fill("8 สิงหาคม 2580");
  await news.getByLabel("เริ่ม").fill("10.00");
  await news.getByLabel("เลิก").fill("12.00");
  await news.getByRole("button", { name: "ประกาศ" }).click();
  await expect(page.getByText("8 ส.ค. 2580 10.00–12.00 น.")).toBeVisible();

  const staff = await browser.newPage({ javaScriptEnabled: false });
  await signIn(staff, "staff-a");
  await staff.goto(`${base()}/laos/${process.env.PAKMUT_LAO}?lang=en`);
  await staff.getByRole("link", { name: "ประชุมชี้แจงการปักหมุด" }).click();
  await staff.getByRole("radio", { name: "Will come" }).check();
  await staff.getByLabel("How many people").fill("2");
  await staff.getByRole("button", { name: "Send the answer" }).click();
  await expect(staff.getByRole("status")).toHaveText("Kept");
  const meeting = new URL(staff.url()).pathname;
  await staff.close();

  await look(page, `${base()}${meeting}`, "meeting-department");
  const own = await (await browser.newContext()).newPage();
  await signIn(own, "staff-a");
  await look(own, `${base()}${meeting}`, "meeting-lao");
  await look(own, `${base()}/laos/${process.env.PAKMUT_LAO}`, "lao-staff");
  await own.context().close();

  const officer = await (await browser.newContext()).newPage();
  await signIn(officer, "officer");
  await officer.goto(`${base()}/rounds?lang=en`);
  await officer.getByRole("link", { name: /^Who comes ประชุมชี้แจงการปักหมุด/ }).click();
  await expect(officer.locator("main")).toContainText("1 will come, 0 will not; 0 came");
  await expect(officer.locator("main")).toContainText("Will come, 2 people");
  await look(officer, `${base()}/provinces/50${meeting}`, "meeting-province");
  await officer.context().close();
});
