/** The browser of the end-to-end tests: Playwright's own, else one that the machine has. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { ROOT, tool } from "./run.ts";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of the browser to use; null where there is none. */
export function findBrowser(): string | null {
  return [chromium.executablePath(), ...INSTALLED].find((path) => path !== "" && existsSync(path)) ?? null;
}

/** A container has no sandbox to give, no GPU and little shared memory; and nothing leaves this machine. */
export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
];

/** Installs a browser where there is none: Debian's for root, else Playwright's. False, with a sentence, where it cannot. */
export async function ensureBrowser(print: (text: string) => void): Promise<boolean> {
  if (findBrowser() !== null) return true;
  print("There is no Chromium on this machine: installing one for the end-to-end tests …\n");
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    await run("apt-get", ["update", "-qq"]);
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
  }
  if (findBrowser() === null) {
    await run(process.execPath, [tool("@playwright/test", "playwright"), "install", "chromium"]);
  }
  if (findBrowser() !== null) return true;
  print("No Chromium could be installed: install one (apt-get install chromium), then run npm test again.\n");
  return false;
}

/** Its output is for whoever waits; whether it did what it should is seen by what is there afterwards. */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
}
