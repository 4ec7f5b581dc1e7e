import { defineConfig } from "@playwright/test";

// One registry for all specs (setup.ts), Debian's chromium, nothing fetched.
export default defineConfig({
  testDir: "specs",
  globalSetup: "./setup.ts",
  outputDir: "../../target/web",
  // One registry, two cores: specs one after the other, none hides another's fault.
  workers: 1,
  forbidOnly: true,
  timeout: 300_000,
  // A machine that does much besides is slow, not wrong.
  expect: { timeout: 40_000 },
  reporter: [["list"]],
  use: {
    // What is not on the page is named after that, not after the whole test's time.
    actionTimeout: 40_000,
    locale: "th-TH",
    timezoneId: "Asia/Bangkok",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      // WebGL without a graphics card, for the map.
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
    },
    trace: "retain-on-failure",
  },
});
