// Zero Copy from the declaration to the contradiction: what staff declared, what
// citizens say of it, and what the province makes of both.
import { expect, test, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";

import { expectUsable, look } from "../look.ts";
import { download, opened } from "../opened.ts";
import { Phone } from "../phone.ts";
import { signIn } from "../sign_in.ts";
import { base } from "../world.ts";

const PAIRS = [
  ["waste_collection", "identity_card"],
  ["waste_collection", "house_registration"],
  ["water_supply", "identity_card"],
] as const;

let counter = "";
let lao = "";
let name = "";

test.beforeAll(async () => {
  const staff = await Phone.signIn(base(), "staff-b");
  const [office] = await staff.counters();
  if (!office) throw new Error("the LAO has no main office");
  ({ id: counter, lao, name } = office);
  for (const [service, document] of PAIRS) {
    await staff.push("declaration", {
      counter,
      service,
      document,
      catalogue: 1,
      practice: "stopped",
      since: "2018-11-05",
      before: "asked_for",
      after: "card_reader",
    });
  }
});

/** One citizen rates the counter, and says that a copy was asked for all the same. */
async function rate(page: Page): Promise<void> {
  await page.goto(`${base()}/rate/${counter}?lang=en`);
  for (const group of await page.locator("fieldset").all()) {
    const four = group.locator('input[type=radio][value="4"]');
    if ((await four.count()) > 0) await four.check();
  }
  await page.getByLabel(/Which service did you come for/).selectOption("waste_collection");
  await page.getByRole("group", { name: /Were you asked for a copy/ }).getByLabel("Yes", { exact: true }).check();
  await page.locator('[value="identity_card"][type=checkbox]').check();
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Thank you/);
}

test("the counter's public page says what need not be brought", async ({ browser }) => {
  const page = await browser.newPage({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  await page.goto(`${base()}/rate/${counter}?lang=en`);
  await page.getByRole("link", { name: "Copies you need not bring" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  const main = page.locator("main");
  await expect(main).toContainText("Waste collection");
  await expect(main).toContainText("Copy of identity card");
  await expect(main).not.toContainText("Registering a birth");
  await page.close();
  const seen = await (await browser.newContext()).newPage();
  await look(seen, `${base()}/counters/${counter}/copies`, "copies");
  await seen.context().close();
});

test("what citizens contradict reaches the province, from five answers on", async ({ browser, page }) => {
  const citizen = await browser.newPage({ javaScriptEnabled: false });
  await signIn(page, "officer");
  const list = () => page.getByRole("listitem").filter({ hasText: "answers contradict (" });
  for (let sent = 0; sent < 6; sent += 1) {
    if (sent === 4) {
      await page.goto(`${base()}/provinces/50/zero-copy?lang=en`);
      await expect(page.getByRole("heading", { name: "Counters that answers contradict" })).toBeVisible();
      await expect(list()).toHaveCount(0);
    }
    await rate(citizen);
  }
  await citizen.close();
  // From the follow-up, by links alone.
  await page.goto(`${base()}/provinces/50/follow-up?lang=en`);
  await page.getByRole("link", { name: /contradicted by citizens' answers/ }).click();
  await expect(list()).toHaveCount(1);
  await expect(list()).toContainText(name);
  await expect(list()).toContainText("6 of 6 answers contradict (100 %, 95 % interval 61");
  await expectUsable(page);

  // The same as files, opened by the programs that people have.
  const links = page.getByRole("listitem");
  const csv = readFileSync(await download(page, () => links.getByRole("link", { name: "Counters that answers contradict CSV" }).click()), "utf8");
  expect(csv.startsWith("\ufeff")).toBe(true);
  expect(csv).toContain(counter);
  const xlsx = opened(await download(page, () => links.getByRole("link", { name: "Progress XLSX" }).click()), "csv");
  const heads = xlsx.split("\n")[0] ?? "";
  expect(heads).toContain("Answers that contradict");
  // One of each LAO, and the whole.
  expect(xlsx.trim().split("\n").length).toBeGreaterThan(200);

  // The LAO's own people see it counter by counter.
  const staff = await (await browser.newContext()).newPage();
  await signIn(staff, "staff-b");
  await staff.goto(`${base()}/laos/${lao}?lang=en`);
  await staff.getByRole("link", { name: "Document copies", exact: true }).click();
  await expect(staff.getByRole("row").filter({ hasText: name })).toContainText("Answers contradict what is declared");
  await look(staff, `${base()}/laos/${lao}/zero-copy`, "zero-copy-contradicted");
  await staff.context().close();
});
