// The pages of progress, as the department sees them.
import { expect, test } from "@playwright/test";

import { look } from "../look.ts";
import { signIn } from "../sign_in.ts";
import { base } from "../world.ts";

const lao = () => `/laos/${process.env.PAKMUT_LAO}`;

const PAGES: [string, () => string][] = [
  ["country", () => "/"],
  ["province", () => "/provinces/50"],
  ["lao", lao],
  ["zero-copy-lao", () => `${lao()}/zero-copy`],
  ["comments", () => `${lao()}/comments`],
  ["results-province", () => "/provinces/50/results"],
  ["zero-copy", () => "/zero-copy"],
  ["zero-copy-province", () => "/provinces/50/zero-copy"],
];

test("sign-in: both languages, desk and phone", async ({ page }) => {
  await look(page, `${base()}/sign-in`, "sign-in");
});

for (const [name, path] of PAGES) {
  test(`${name}: both languages, desk and phone, nothing in the way`, async ({ page }) => {
    const outside: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(base())) outside.push(request.url());
    });
    const faults: string[] = [];
    page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
    await signIn(page, "department");
    await look(page, `${base()}${path()}`, name);
    expect(outside).toEqual([]);
    expect(faults).toEqual([]);
  });
}

test("from the country to a counter by links alone, without scripts", async ({ browser }) => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await signIn(page, "department");
  await page.goto(`${base()}/?lang=th`);
  await page.getByRole("row").getByRole("link", { name: "เชียงใหม่", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("เชียงใหม่");
  await page.getByRole("row").getByRole("link", { name: "จอมทอง", exact: true }).click();
  await page.getByRole("row").getByRole("link", { name: "เทศบาลตำบลจอมทอง", exact: true }).click();
  await expect(page.getByRole("row").filter({ hasText: "18.417123, 98.676543" })).toBeVisible();
  // And from there to what its visitors said, and to the sheet with its QR code.
  const pages = page.getByRole("list").first();
  for (const [name, address] of [
    ["ผลสำรวจ", /\/laos\/[^/]+\/results/],
    ["ข้อเสนอแนะ", /\/laos\/[^/]+\/comments/],
    ["สำเนาเอกสาร", /\/laos\/[^/]+\/zero-copy/],
    ["จุดให้บริการ", /\/laos\/[^/]+\?/],
  ] as const) {
    await pages.getByRole("link", { name, exact: true }).click();
    await expect(page).toHaveURL(address);
  }
  await page.getByRole("link", { name: /^ใบคิวอาร์โค้ดสำหรับพิมพ์/ }).first().click();
  await expect(page.getByRole("img", { name: /\/rate\// })).toBeVisible();
  await page.close();
});
