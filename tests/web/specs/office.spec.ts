// The officer's day: follow-up, review by keyboard, a send-back, documents.
import { expect, test, type Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expectUsable, look, SCREENSHOTS } from "../look.ts";
import { download, opened } from "../opened.ts";
import { Phone, uuid7, type Counter } from "../phone.ts";
import { signIn } from "../sign_in.ts";
import { base, CHOM_THONG } from "../world.ts";

/** Branches of the LAO, each pinned: some with much to say about them. */
async function pinBranches(count: number): Promise<string[]> {
  const staff = await Phone.signIn(base(), "staff-a");
  const lao = process.env.PAKMUT_LAO;
  const [lat, lon] = CHOM_THONG;
  const made: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const counter = uuid7();
    await staff.push("counter", {
      counter,
      lao,
      name: `จุดบริการสาขาที่ ${n + 1}`,
      kind: "branch",
      status: "active",
      address: { text: `${n + 1} หมู่ 2 ถนนเชียงใหม่–ฮอด`, postcode: "50160", phone: "053 341 234", extension: `${10 + n}` },
    });
    // Each third far away, each fourth weak.
    const away = n % 3 === 0 ? 0.4 : 0.0007 * (n + 1);
    await staff.pin(counter, lat + away, lon + 0.000_013 * n, { radius95_m: n % 4 === 0 ? 64 : 8.4 + n / 10 });
    made.push(counter);
  }
  return made;
}

/** Where a counter of the province stands, as its officer's phone is told. */
async function state(counter: string): Promise<Counter["state"]> {
  officer ??= await Phone.signIn(base(), "officer-2");
  return (await officer.pull<Counter>("counter")).get(counter)?.state;
}

let officer: Phone | undefined;

let branches: string[] = [];

test.beforeAll(async () => {
  branches = await pinBranches(14);
});

test("the department opens a round and announces a meeting", async ({ page }) => {
  await signIn(page, "department");
  await page.goto(`${base()}/rounds?lang=th`);
  const open = page.locator("form").filter({ has: page.getByRole("heading", { name: "เปิดรอบใหม่" }) });
  await open.getByLabel("ชื่อรอบ").fill("ปักหมุดจุดให้บริการประชาชน รอบที่ 1");
  await open.getByLabel("ตั้งแต่วันที่").fill("1 ม.ค. 2569");
  await open.getByLabel("ถึงวันที่").fill("31 ธันวาคม 2580");
  await open.getByLabel("แจ้งการยกเลิกสำเนา").check();
  await open.getByRole("button", { name: "เปิดรอบ" }).click();
  await expect(page.getByRole("heading", { name: "ปักหมุดจุดให้บริการประชาชน รอบที่ 1" })).toBeVisible();
  const news = page.locator("form").filter({ has: page.getByRole("heading", { name: "ประกาศใหม่" }) });
  await news.getByLabel("เรื่อง").fill("ประชุมซักซ้อมแนวทางผ่านระบบวีดิทัศน์ทางไกล");
  await news.getByLabel("วันที่").fill("7 สิงหาคม 2580");
  await news.getByLabel("เริ่ม").fill("10.00");
  await news.getByLabel("เลิก").fill("12.00");
  await news.getByRole("button", { name: "ประกาศ" }).click();
  await expect(page.getByText("7 ส.ค. 2580 10.00")).toBeVisible();
  await look(page, `${base()}/rounds`, "rounds-department");
});

test("the first page answers three questions, and the follow-up says who is behind", async ({ page }) => {
  await signIn(page, "officer");
  await expect(page).toHaveURL(/\/provinces\/50/);
  await page.goto(`${base()}/provinces/50?lang=en`);
  for (const question of ["How far are we", "Who is late", "What waits for you"]) {
    await expect(page.getByRole("heading", { name: question })).toBeVisible();
  }
  await look(page, `${base()}/provinces/50`, "province-officer");
  await page.goto(`${base()}/provinces/50?lang=en`);
  await page.getByRole("link", { name: "To the follow-up" }).click();
  await expect(page.getByText("days left")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Not all declared/ })).toBeVisible();
  await expect(page.getByRole("row").nth(1)).toContainText("118 documents not declared");
  await page.getByRole("link", { name: /^Not all pinned/ }).click();
  const row = page.getByRole("row").filter({ hasText: "เทศบาลตำบล" }).first();
  const name = await row.getByRole("rowheader").getByRole("link").innerText();
  await row.getByRole("checkbox").check();
  await page.getByLabel("By letter").check();
  await page.getByLabel(/^Your note/).fill("ส่งหนังสือแล้ว");
  await page.getByRole("button", { name: "Mark as reminded" }).click();
  await expect(page.getByRole("status")).toHaveText("One LAO marked as reminded");
  await page.goto(`${base()}/provinces/50/follow-up?lang=en&missing=not_pinned`);
  await expect(page.getByRole("row").filter({ hasText: name }).first()).toContainText("By letter");
  await look(page, `${base()}/provinces/50/follow-up`, "follow-up");
});

test("the queue has the worst first, and the pin's page says why", async ({ page }) => {
  await signIn(page, "officer");
  await look(page, `${base()}/provinces/50/review`, "queue");
  await page.goto(`${base()}/provinces/50/review?lang=en`);
  await expect(page.getByRole("row").nth(1)).toContainText("outside the LAO's area by");
  await look(page, `${base()}/review/${branches[0]}`, "pin");
  await look(page, `${base()}/provinces/50/review/clean`, "clean");
});

/** The counter under review. */
const here = (page: Page) => new URL(page.url()).pathname.split("/").pop() ?? "";

/** A key, once the page listens: its script has run by then. */
async function press(page: Page, key: string) {
  await page.waitForLoadState("domcontentloaded");
  await page.keyboard.press(key);
}

test("ten reviews by keyboard alone, one of them sent back", async ({ page }) => {
  await signIn(page, "officer");
  await page.goto(`${base()}/provinces/50/review?lang=en`);
  await page.getByRole("link", { name: "Start reviewing" }).click();
  await press(page, "?");
  await expect(page.getByText("Approve", { exact: true }).last()).toBeVisible();
  const first = here(page);
  await press(page, "j");
  await expect.poll(() => here(page)).not.toBe(first);
  await press(page, "k");
  await expect.poll(() => here(page)).toBe(first);
  // The first is sent back: a reason is asked for, the arrow keys choose one.
  await press(page, "r");
  await press(page, "ArrowDown");
  await press(page, "r");
  await expect(page.getByRole("status")).toContainText("was sent back");
  expect((await state(first))?.status).toBe("sent_back");
  for (let n = 0; n < 9; n += 1) {
    const before = here(page);
    await press(page, "a");
    await expect.poll(() => here(page)).not.toBe(before);
    await expect(page.getByRole("status")).toContainText("was approved");
    expect((await state(before))?.status).toBe("approved");
  }
});

test("the same without scripts", async ({ browser }) => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await signIn(page, "officer");
  await page.goto(`${base()}/provinces/50/review?lang=en`);
  await page.getByRole("link", { name: "Start reviewing" }).click();
  const counter = here(page);
  await expect(page.getByRole("img", { name: /Map round the pin/ })).toBeVisible();
  await page.getByRole("radio", { name: "Not at the address" }).check();
  await page.getByRole("button", { name: /Send back/ }).click();
  await expect(page.getByRole("status")).toContainText("was sent back");
  expect((await state(counter))?.status).toBe("sent_back");
  await page.close();
});

test("two officers at once: the second is told", async ({ page, browser }) => {
  const other = await (await browser.newContext()).newPage();
  await signIn(page, "officer");
  await signIn(other, "officer-2");
  await page.goto(`${base()}/provinces/50/review?lang=en`);
  await page.getByRole("link", { name: "Start reviewing" }).click();
  const address = page.url();
  await other.goto(address);
  await page.getByRole("button", { name: /Approve/ }).click();
  await expect(page.getByRole("status")).toContainText("was approved");
  await other.getByRole("button", { name: /Approve/ }).click();
  await expect(other.getByRole("status")).toContainText("another officer decided");
  await expectUsable(other);
  await other.context().close();
});

test("documents to check with and to send, opened by the programs that people have", async ({ page }) => {
  // LibreOffice starts three times.
  test.setTimeout(600_000);
  await signIn(page, "officer");
  await look(page, `${base()}/provinces/50/papers`, "papers");
  await look(page, `${base()}/laos/${process.env.PAKMUT_LAO}/sheet`, "sheet");
  await page.emulateMedia({ media: "print" });
  const printed = await page.pdf({ format: "A4", preferCSSPageSize: true });
  writeFileSync(join(SCREENSHOTS, "sheet.pdf"), printed);
  await page.emulateMedia({ media: "screen" });
  await page.goto(`${base()}/provinces/50/papers?lang=en`);
  const link = (name: string) => () => page.getByRole("link", { name }).click();

  const csv = readFileSync(await download(page, link("Table of counters (CSV)")), "utf8");
  expect(csv.startsWith("\ufeff")).toBe(true);
  const xlsx = opened(await download(page, link("Table of counters (XLSX)")), "csv");
  expect(xlsx).toContain("จุดบริการสาขาที่ 1");
  expect(xlsx.trim().split("\n").length).toBe(csv.trim().split("\n").length);
  const calls = opened(await download(page, link("Call list of LAOs that are behind (XLSX)")), "csv");
  expect(calls).toContain("1 not pinned");

  // Those of other specs are among them: as many as the table has positions.
  const [head = [], ...rows] = csv.trim().split("\r\n").map((line) => line.split(","));
  expect(head[5]).toBe("Latitude");
  const pinned = rows.filter((row) => /^\d+\.\d+$/.test(row[5] ?? "")).length;
  expect(pinned).toBeGreaterThan(branches.length);
  for (const [name, driver] of [
    ["Pins for GIS programs (GeoJSON)", /using driver `GeoJSON'/],
    ["Pins for Google Earth (KML)", /using driver `(LIB)?KML'/],
  ] as const) {
    const file = await download(page, link(name));
    const said = execFileSync("ogrinfo", ["-ro", "-al", file], { encoding: "utf8" });
    expect(said).toMatch(driver);
    expect(said.match(/^ *POINT (Z )?\(/gm)).toHaveLength(pinned);
    expect(said).toContain(`Feature Count: ${pinned}`);
    expect(said).toContain("WGS 84");
  }

  await page.getByLabel("Number").fill("ชม 0023.3/ว 12");
  await page.getByLabel("Signed by").fill("ผู้ลงนาม");
  const letters = opened(await download(page, () => page.getByRole("button", { name: "Make all letters" }).click()), "txt");
  for (const part of ["ที่ ชม ๐๐๒๓.๓/ว ๑๒", "เรื่อง", "เรียน", "นายกเทศมนตรีตำบล", "๓๑ ธันวาคม ๒๕๘๐", "ขอแสดงความนับถือ"]) {
    expect(letters).toContain(part);
  }
});
