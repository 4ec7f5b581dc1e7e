// Changing an LAO's list of counters: by a file that is shown first, and one by one.
import { expect, test } from "@playwright/test";

import { expectUsable, look } from "../look.ts";
import { Phone } from "../phone.ts";
import { signIn } from "../sign_in.ts";
import { base } from "../world.ts";

test("a list is changed by a file, shown first, without scripts", async ({ browser }) => {
  const staff = await Phone.signIn(base(), "staff-b");
  const [office] = await staff.counters();
  const page = await browser.newPage({ javaScriptEnabled: false });
  await signIn(page, "staff-b");
  await page.goto(`${base()}/laos/${office!.lao}?lang=en`);
  await page.getByRole("link", { name: "Change the list" }).click();
  const send = async (text: string) => {
    await page.getByLabel("File").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "See what would change" }).click();
  };
  await send("ชื่อ,name,kind\n,จุดบริการ,shop\n,,branch\n");
  await expect(page.getByRole("alert")).toContainText("2 things are wrong");
  await expect(page.getByRole("row").nth(1)).toContainText("This kind of counter is not known");
  await page.goBack();
  await send("จุดให้บริการ,ประเภท,เบอร์ต่อ\nศูนย์บริการตลาดสด,ศูนย์บริการเบ็ดเสร็จ,12\nรถบริการเคลื่อนที่,mobile,\n");
  await expect(page.locator("main")).toContainText("2 new, 0 to change, 0 as they are");
  await page.getByRole("button", { name: "Make these changes" }).click();
  await expect(page.getByRole("status")).toContainText("2 counters changed");
  const names = async () => (await staff.counters()).map(({ name }) => name);
  expect(await names()).toEqual(expect.arrayContaining(["ศูนย์บริการตลาดสด", "รถบริการเคลื่อนที่"]));

  // One by one: a new name, and closed.
  await page.getByRole("link", { name: "รถบริการเคลื่อนที่" }).click();
  await page.getByLabel("Counter", { exact: true }).fill("รถบริการเคลื่อนที่ สาย 2");
  await page.getByLabel("State").selectOption("closed");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toContainText("One counter changed");
  await expect(page.getByRole("link", { name: "รถบริการเคลื่อนที่ สาย 2" })).toHaveCount(0);
  await page.close();

  const seen = await (await browser.newContext()).newPage();
  await signIn(seen, "staff-b");
  await look(seen, `${base()}/laos/${office!.lao}/counters`, "counters");
  await seen.getByLabel("File").setInputFiles({
    name: "list.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`id,name,status\n${office!.id},สำนักงานแห่งใหม่,moved\n,จุดบริการอีกแห่ง,\n`),
  });
  await seen.getByRole("button", { name: "See what would change" }).click();
  await expect(seen.locator("del").first()).toBeVisible();
  await expectUsable(seen);
  await seen.context().close();
});
