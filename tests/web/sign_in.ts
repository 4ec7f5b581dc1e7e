// Signing in on the pages.
import { expect, type Page } from "@playwright/test";

import { PASSWORD } from "./phone.ts";
import { base } from "./world.ts";

/** Signs a person in through the form, as they do it themselves. */
export async function signIn(page: Page, username: string, password = PASSWORD, at = base()): Promise<void> {
  await page.goto(`${at}/sign-in?lang=th`);
  await page.locator("#username").fill(username);
  await page.locator("#password").fill(password);
  await page.locator("main").getByRole("button").click();
  await expect(page).not.toHaveURL(/sign-in/);
}
