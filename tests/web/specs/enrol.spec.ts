// Enrolling an LAO, from the code that its province issues to its first pin.
import { expect, test } from "@playwright/test";

import { expectUsable, look } from "../look.ts";
import { PASSWORD, Phone } from "../phone.ts";
import { signIn } from "../sign_in.ts";
import { base, CHOM_THONG } from "../world.ts";

const USERNAME = "enrolled-1";

for (const javaScriptEnabled of [true, false]) {
  test(`from the code to the first pin, ${javaScriptEnabled ? "with" : "without"} scripts`, async ({ browser }) => {
    const username = `${USERNAME}-${javaScriptEnabled}`;
    const newPage = async () => (await browser.newContext({ javaScriptEnabled })).newPage();
    const officer = await newPage();
    await signIn(officer, "officer");
    await officer.goto(`${base()}/codes?lang=en`);
    await officer.getByLabel("Issue to").selectOption("lao");
    const office = officer.locator("#place option").nth(javaScriptEnabled ? 10 : 11);
    const [lao, name] = [await office.getAttribute("value"), await office.innerText()];
    await officer.getByLabel("Office").selectOption(lao);
    await officer.getByRole("button", { name: "Issue", exact: true }).click();
    await expect(officer.getByRole("heading", { level: 2 })).toHaveText(name);
    if (javaScriptEnabled) await expectUsable(officer);
    const code = await officer.locator(".letter .code").innerText();
    expect(code).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);

    // Somebody at the LAO, with the letter in their hand.
    const person = await newPage();
    await person.goto(`${base()}/sign-in?lang=en`);
    await person.getByRole("link", { name: "I have a one-time code" }).click();
    await person.getByLabel("One-time code").fill(code.toLowerCase().replaceAll("-", " "));
    await person.getByRole("button", { name: "Go on" }).click();
    await expect(person.locator("main")).toContainText(name);
    if (javaScriptEnabled) await expectUsable(person);
    await person.getByLabel("Name of the person to contact").fill("A contact");
    await person.getByLabel("Office telephone and extension").fill("053 000000");
    await person.getByLabel("Username").fill(username);
    await person.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await person.getByLabel("New password once more").fill(PASSWORD);
    await person.getByRole("button", { name: "Enrol" }).click();
    await expect(person).toHaveURL(new RegExp(`/laos/${lao}`));
    await expect(person.getByRole("heading", { level: 1 })).toHaveText(name);

    const phone = await Phone.signIn(base(), username);
    const [counter] = await phone.counters();
    await phone.pin(counter!.id, CHOM_THONG[0], CHOM_THONG[1]);
    await person.reload();
    await expect(person.getByRole("row").nth(1)).toContainText("18.417123, 98.676543");

    // The code is spent; the officer sees who it is.
    await officer.goto(`${base()}/codes?lang=en`);
    await expect(officer.getByRole("row", { name: new RegExp(name) }).first()).toContainText("Used");
    await officer.goto(`${base()}/people?lang=en&q=${username}`);
    await expect(officer.getByRole("row").nth(1)).toContainText("A contact");
    for (const page of [officer, person]) await page.context().close();
  });
}

for (const [name, path] of [
  ["codes", "/codes"],
  ["people", "/people"],
  ["account", "/account"],
] as const) {
  test(`${name}: both languages, desk and phone`, async ({ page }) => {
    await signIn(page, "officer");
    await look(page, `${base()}${path}`, name);
  });
}

test("enrol: both languages, desk and phone", async ({ page }) => {
  await look(page, `${base()}/enrol`, "enrol");
});
