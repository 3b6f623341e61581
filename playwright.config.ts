import { defineConfig } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "./bin/checks/browser.ts";
import { FOR_A_TEST, FOR_AN_ANSWER } from "./e2e/fixtures/patience.ts";

/** The end-to-end tests: `npm test -- e2e`. What a failed one leaves to look at is in var/e2e/results. */
export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/global-set-up.ts",
  outputDir: "var/e2e/results",
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: FOR_A_TEST,
  expect: { timeout: FOR_AN_ANSWER },
  reporter: "list",
  use: {
    viewport: { width: 1440, height: 900 },
    // One that waits for what will not come says so, and does not use up the test's time.
    actionTimeout: FOR_AN_ANSWER,
    navigationTimeout: FOR_AN_ANSWER,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    screenshot: "only-on-failure",
    // With a picture of every frame it takes a third more of the machine; the page as it was is there without.
    trace: { mode: "retain-on-failure", screenshots: false, sources: false },
    launchOptions: { executablePath: findBrowser() ?? undefined, args: BROWSER_FLAGS },
  },
});
