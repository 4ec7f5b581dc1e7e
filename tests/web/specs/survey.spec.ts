// What citizens open with the counter's QR code, and what becomes of it.
import { expect, test, type Page } from "@playwright/test";

import { expectUsable, look } from "../look.ts";
import { Phone, plainJpeg } from "../phone.ts";
import { signIn } from "../sign_in.ts";
import { base } from "../world.ts";

const office = () => process.env.PAKMUT_OFFICE!;
const rate = () => `${base()}/rate/${office()}`;

/** Chooses one answer on each scale of the page. */
async function answerScales(page: Page, answer: string): Promise<void> {
  for (const group of await page.locator("fieldset").all()) {
    const choice = group.locator(`input[type=radio][value="${answer}"]`);
    if ((await choice.count()) > 0) await choice.check();
  }
}

test("pages of surveys: both languages, desk and phone", async ({ page }) => {
  await look(page, rate(), "rate");
  await look(page, `${base()}/counters/${office()}/sheet`, "qr-sheet");
  await look(page, `${base()}/counters/${office()}/results`, "results-counter");
  await look(page, `${base()}/nearest`, "nearest");
});

test("a citizen answers without JavaScript, once, on a page under 30 kB", async ({ browser }) => {
  const page = await browser.newPage({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (response) => void bodies.push(response.body().catch(() => Buffer.alloc(0))));
  await page.goto(`${rate()}?lang=en`);
  await page.waitForLoadState("networkidle");
  // What a browser loads again for each counter, and its style: all there is.
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
  expect(bodies.length).toBeGreaterThan(1);
  expect(bytes).toBeLessThan(30_000);
  expect(await page.locator("script").count()).toBe(0);
  // Without its answers it is sent back, with what is there kept.
  const comment = page.getByRole("textbox", { name: /What should be better/ });
  await comment.fill("ที่นั่งรอน้อย 😀");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("alert")).toContainText("to be mended");
  await expect(page.getByRole("textbox", { name: /What should be better/ })).toHaveValue("ที่นั่งรอน้อย 😀");
  await answerScales(page, "4");
  const form = await page.evaluate(() =>
    Object.fromEntries(new FormData(document.querySelector("main form") as HTMLFormElement) as unknown as Iterable<[string, string]>),
  );
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Thank you/);
  // The same page sent once more, as by an impatient thumb: it counts once.
  const again = await page.request.post(`${rate()}?lang=en`, { form });
  expect(await again.text()).toContain("counts once");
  await page.close();
});

test("four real answers are not shown, the fifth shows them", async ({ browser, page }) => {
  const person = await browser.newPage({ javaScriptEnabled: false });
  const shown = async () => {
    await page.goto(`${base()}/counters/${office()}/results?lang=en`);
    return (await page.locator("main").textContent()) ?? "";
  };
  // One came before, in the test above or not at all.
  for (let sent = 0; sent < 5; sent++) {
    if (sent < 3) expect(await shown()).toContain("from 5 responses on");
    await person.goto(`${rate()}?lang=th`);
    await answerScales(person, sent % 2 === 0 ? "5" : "2");
    await person.getByRole("button", { name: "ส่งคำตอบ" }).click();
    await expect(person.getByRole("heading", { level: 1 })).toHaveText(/ขอบคุณ/);
  }
  expect(await shown()).toContain("5responses");
  await expectUsable(page);
  const chart = page.getByRole("img", { name: /Overall, how satisfied/ });
  await expect(chart.first()).toBeVisible();
  await person.close();
});

test("the photo of a trial response is shown to staff and officers, and to nobody else", async ({ page, browser }) => {
  const staff = await Phone.signIn(base(), "staff-a");
  const jpeg = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "#41b6c4";
    context.fillRect(0, 0, 640, 480);
    context.fillStyle = "#fff";
    context.fillRect(160, 120, 320, 240);
    const blob = await canvas.convertToBlob({ type: "image/jpeg" });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const photo = await staff.photo(plainJpeg(Buffer.from(jpeg)));
  const stamp = { at: Date.now() };
  const answers = {
    "counter/surveyed_on": "2018-05-08",
    "counter/staff": 3,
    "counter/has_reader": "no",
    "counter/linked": "no",
    "end_page/notice_photo": photo,
  };
  const response = { form: "readiness", version: "1", trial: true, counter: office(), started: stamp, ended: stamp, answers };
  const item = await staff.push("response", response);
  const comments = `${base()}/laos/${process.env.PAKMUT_LAO}/comments`;
  const address = `${base()}/responses/${item}/photos/1`;
  const stranger = await browser.newPage();
  await stranger.goto(address);
  await expect(stranger).toHaveURL(/sign-in/);
  await signIn(stranger, "staff-b");
  expect((await stranger.goto(address))?.status()).toBe(404);
  await stranger.context().close();
  for (const person of ["staff-a", "officer"]) {
    const theirs = await (await browser.newContext()).newPage();
    await signIn(theirs, person);
    await theirs.goto(`${comments}?lang=en`);
    await theirs.getByRole("link", { name: "Trial responses" }).click();
    const shown = theirs.getByRole("img", { name: "Photo 1 of the response" });
    await expect(shown).toBeVisible();
    expect(await shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(640);
    if (person === "officer") await look(theirs, `${comments}?trial=1`, "survey-photo");
    await theirs.context().close();
  }
});

test("the browser's position finds counters, and a name does too", async ({ browser }) => {
  const context = await browser.newContext({
    permissions: ["geolocation"],
    geolocation: { latitude: 18.42, longitude: 98.68 },
  });
  const page = await context.newPage();
  await page.goto(`${base()}/nearest?lang=en`);
  await page.getByRole("button", { name: "Use my position" }).click();
  await expect(page).toHaveURL(/lat=18\.42/);
  await expect(page.locator("main")).toContainText(/checked position|\d+ (m|km)/);
  await page.getByRole("textbox").fill("จอมทอง");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.locator("main")).not.toContainText("No place of this name");
  await context.close();
});
