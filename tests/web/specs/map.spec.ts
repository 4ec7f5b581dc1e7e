// The map of a pin's page: drawn to scale where WebGL is, the pictures where not.
import { chromium, expect, test, type Page } from "@playwright/test";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expectUsable, look } from "../look.ts";
import { Phone, uuid7 } from "../phone.ts";
import { Registry } from "../registry.ts";
import { signIn } from "../sign_in.ts";
import { base, CHOM_THONG, USERS } from "../world.ts";

/** The 95 % radius of the pin, metres. */
const RADIUS = 60;

let counter = "";

/** A counter of LAO_A with an earlier pin and one to be reviewed, at a registry. */
async function pinned(base: string): Promise<string> {
  const staff = await Phone.signIn(base, "staff-a");
  const [office] = await staff.counters();
  const [lat, lon] = CHOM_THONG;
  const counter = uuid7();
  await staff.push("counter", { counter, lao: office?.lao, name: "จุดบริการริมน้ำ", kind: "branch", status: "active", address: { text: "9 หมู่ 4" } });
  const first = await staff.pin(counter, lat - 0.0004, lon + 0.0021, { radius95_m: 20 });
  await staff.pin(counter, lat - 0.0005, lon + 0.002, { radius95_m: RADIUS, seen: [first] });
  return counter;
}

test.beforeAll(async () => {
  counter = await pinned(base());
});

/** What a page asks of other hosts, and what its policy forbids. */
function watch(page: Page, allowed = base()): string[] {
  const wrong: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(allowed) && !request.url().startsWith("blob:")) wrong.push(request.url());
  });
  page.on("console", (message) => {
    if (/content security policy|error/i.test(`${message.type()} ${message.text()}`)) wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  return wrong;
}

const live = (page: Page) => page.locator("#maps.ready .live");
const close = (page: Page) => page.getByRole("img", { name: /Map round the pin/ });

/** Metres of one CSS pixel, by the scale bar. */
async function metresAPixel(page: Page): Promise<number> {
  const bar = live(page).locator(".maplibregl-ctrl-scale");
  const said = /^([\d.]+)\s(m|km)$/.exec(await bar.innerText());
  const width = await bar.evaluate((element) => parseFloat((element as HTMLElement).style.width));
  return (Number(said?.[1]) * (said?.[2] === "km" ? 1000 : 1)) / width;
}

/** The same once the map stands still. */
async function settled(page: Page): Promise<number> {
  let now = await metresAPixel(page);
  for (let before = NaN; before !== now; ) {
    before = now;
    await page.waitForTimeout(500);
    now = await metresAPixel(page);
  }
  return now;
}

/** How wide the pin's circle is drawn, CSS pixels: from the first to the last pixel
 * of its edge in the row of the pin. */
async function drawnWidth(page: Page): Promise<number> {
  const canvas = live(page).locator(".canvas");
  const png = (await canvas.screenshot()).toString("base64");
  const blank = await page.context().newPage();
  const width = await blank.evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    context.drawImage(bitmap, 0, 0);
    // #253494, blended with what lies below.
    const row = context.getImageData(0, Math.round(bitmap.height / 2), bitmap.width, 1).data;
    const edge = (x: number) => row[4 * x]! < 120 && row[4 * x + 2]! > row[4 * x]! + 40;
    const found = Array.from({ length: bitmap.width }, (_, x) => x).filter(edge);
    return found.length ? found.at(-1)! - found[0]! : 0;
  }, png);
  await blank.close();
  return width;
}

test("the map takes the pictures' place, drawn to scale, and asks nobody else", async ({ page }) => {
  await signIn(page, "officer");
  const wrong = watch(page);
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.goto(`${base()}/review/${counter}?lang=en`);
  await expect(live(page)).toBeVisible();
  await expect(close(page)).toBeHidden();
  for (const times of [0, 1]) {
    for (let n = 0; n < times; n += 1) {
      const before = await settled(page);
      await page.getByRole("button", { name: "Zoom in" }).click();
      await expect.poll(() => metresAPixel(page)).toBeCloseTo(before / 2, 3);
    }
    await expect.poll(async () => (await drawnWidth(page)) * (await metresAPixel(page)) / (2 * RADIUS)).toBeGreaterThan(0.97);
    expect((await drawnWidth(page)) * (await metresAPixel(page)) / (2 * RADIUS)).toBeLessThan(1.03);
  }
  // Its dots say what they are; the keyboard reaches map, dots and buttons.
  const near = await metresAPixel(page);
  await page.getByRole("button", { name: "Whole area" }).click();
  await expect.poll(() => metresAPixel(page)).toBeGreaterThan(20 * near);
  await page.getByRole("button", { name: "To the pin" }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => metresAPixel(page)).toBeLessThan(3 * near);
  await page.getByRole("region", { name: /^Map: the arrow keys/ }).focus();
  const before = await settled(page);
  await page.keyboard.press("-");
  await expect.poll(() => metresAPixel(page)).toBeGreaterThan(1.9 * before);
  await page.getByRole("button", { name: /^The pin under review/ }).focus();
  await page.getByRole("button", { name: /^An earlier pin of this counter/ }).focus();
  await expect(page.getByRole("button", { name: /^Another counter of the LAO/ }).first()).toBeAttached();
  await expectUsable(page);
  // The review's keys still work with the map in focus.
  await page.getByRole("region", { name: /^Map: the arrow keys/ }).focus();
  await page.keyboard.press("?");
  await expect(page.locator("#keys")).toHaveAttribute("open", "");
  expect(wrong).toEqual([]);
  await look(page, `${base()}/review/${counter}`, "map");
});

test("on paper, without scripts and without WebGL there are the pictures", async ({ page, browser, launchOptions }) => {
  await signIn(page, "officer");
  await page.goto(`${base()}/review/${counter}?lang=en`);
  await expect(live(page)).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(close(page)).toBeVisible();
  await expect(live(page)).toBeHidden();

  const plain = await browser.newPage({ javaScriptEnabled: false });
  await signIn(plain, "officer");
  await plain.goto(`${base()}/review/${counter}?lang=en`);
  await expect(close(plain)).toBeVisible();
  await expect(plain.getByRole("button", { name: "Zoom in" })).toHaveCount(0);
  await plain.close();

  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-3d-apis"];
  const old = await chromium.launch({ ...launchOptions, args });
  const without = await old.newPage();
  await signIn(without, "officer");
  const thrown: string[] = [];
  without.on("pageerror", (error) => thrown.push(String(error)));
  const script = without.waitForResponse(/\/map\/.*\/map\.js$/);
  await without.goto(`${base()}/review/${counter}?lang=en`);
  expect((await script).headers()["cache-control"]).toContain("immutable");
  await expect(without.locator(".live")).toHaveCount(0);
  await expect(close(without)).toBeVisible();
  expect(thrown).toEqual([]);
  await old.close();
});

test("tiles come from the one address that the registry is told of", async ({ page }) => {
  const asked: string[] = [];
  // A grey tile of one pixel.
  const tile = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");
  const host = createServer((request, answer) => {
    asked.push(request.url ?? "");
    answer.writeHead(200, { "content-type": "image/png", "access-control-allow-origin": "*" }).end(tile);
  });
  await new Promise<void>((done) => host.listen(0, "127.0.0.1", done));
  const tiles = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const registry = await Registry.start({ users: USERS }, ["--tiles", `${tiles}/{z}/{x}/{y}.png`, "--tiles-attribution", "© ผู้ทำแผนที่"]);
  try {
    const counter = await pinned(registry.base);
    await signIn(page, "officer", undefined, registry.base);
    const wrong = watch(page, registry.base);
    await page.goto(`${registry.base}/review/${counter}?lang=en`);
    await expect(live(page)).toBeVisible();
    await expect(live(page).getByText("© ผู้ทำแผนที่")).toBeVisible();
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    expect(asked.every((path) => /^\/\d+\/\d+\/\d+\.png$/.test(path))).toBe(true);
    expect(wrong.filter((address) => !address.startsWith(tiles))).toEqual([]);
  } finally {
    await registry.stop();
    host.close();
  }
});
