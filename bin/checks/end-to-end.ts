/** Running the end-to-end tests (e2e/, by Playwright), with their result as numbers. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, tool } from "./run.ts";
import type { TestCounts } from "./vitest.ts";

/** Playwright's JSON report, as far as it is read here. */
interface Report {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly skipped: number;
    readonly flaky: number;
  };
  /** Outside of any test: files that did not load, a set-up that failed. */
  readonly errors: readonly unknown[];
}

/** Runs Playwright, which has a browser (browser.ts), on this terminal with the arguments (files, options) and counts. */
export async function runEndToEnd(args: readonly string[]): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-report-"));
  const file = join(folder, "report.json");
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const playwright = tool("@playwright/test", "playwright");
      const child = spawn(process.execPath, [playwright, "test", "--reporter=list,json", ...args], {
        cwd: ROOT,
        env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file, PLAYWRIGHT_FORCE_TTY: "0" },
        stdio: ["ignore", "inherit", "inherit"],
      });
      // Playwright tears down on SIGINT only.
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
        process.on(signal, () => child.kill("SIGINT"));
      child.on("error", reject);
      child.on("close", resolve);
    });
    return countEndToEnd(readReport(file), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return null;
  }
}

/** As for vitest: a skipped test failed, so did a flaky one, and the exit code decides. */
export function countEndToEnd(report: Report | null, code: number | null): TestCounts {
  const { expected = 0, unexpected = 0, skipped = 0, flaky = 0 } = report?.stats ?? {};
  const failed = unexpected + skipped + flaky + (report?.errors.length ?? 0);
  return { passed: expected, failed: failed === 0 && code !== 0 ? 1 : failed };
}
