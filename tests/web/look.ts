// What is asked of every page: that it can be used by everybody, and a picture of it.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { join } from "node:path";

/** Where pictures are kept. */
export const SCREENSHOTS = join(import.meta.dirname, "../../target/screenshots");

/** The widths of a desktop and of a phone, CSS pixels. */
export const WIDTHS = [1200, 360] as const;

export const LANGS = ["th", "en"] as const;

/** No serious accessibility fault, nothing wider than the window. */
export async function expectUsable(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
  await expectToFit(page);
}

/** Nothing is wider than the window. */
async function expectToFit(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over, `${page.url()} is wider than the window`).toBeLessThanOrEqual(0);
}

/** Looks at the page at an address in both languages and at both widths, and keeps pictures. */
export async function look(page: Page, address: string, name: string): Promise<void> {
  for (const lang of LANGS) {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const answer = await page.goto(`${address}${address.includes("?") ? "&" : "?"}lang=${lang}`);
      expect(answer?.status(), address).toBe(200);
      await expect(page.locator("html")).toHaveAttribute("lang", lang);
      // Each language and each width once: what axe asks hangs on one of them.
      if ((lang === "th") === (width === WIDTHS[0])) await expectUsable(page);
      else await expectToFit(page);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${lang}-${width}.png`), fullPage: true });
    }
  }
}
