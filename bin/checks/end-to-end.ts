/** Running the end-to-end tests (e2e/, by Playwright), with their result as numbers. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Failure, failedOutside, notRun, type TestRun } from "./failures.ts";
import { ROOT, tool } from "./run.ts";

/** Playwright's JSON report, as far as it is read here. */
export interface Report {
  readonly suites: readonly Suite[];
  /** Outside of any test: files that did not load, a set-up that failed. */
  readonly errors: readonly PlaywrightError[];
}

interface PlaywrightError {
  readonly message?: string;
}

/** A file, or what groups tests in one. */
interface Suite {
  readonly title: string;
  /** Relative to the folder of the tests. */
  readonly file: string;
  readonly specs: readonly Spec[];
  readonly suites?: readonly Suite[];
}

interface Spec {
  readonly title: string;
  readonly tests: readonly {
    readonly status: string;
    readonly results: readonly { readonly errors: readonly PlaywrightError[] }[];
  }[];
}

/**
 * Runs Playwright on this terminal with the arguments (files, options) and reads how it ended.
 *
 * @param browser whether there is one (browser.ts); where there is none, what says so has been printed
 */
export async function runEndToEnd(
  args: readonly string[],
  browser: Promise<boolean>,
  environment = process.env,
): Promise<TestRun> {
  if (!(await browser)) {
    const message = "No Chromium could be installed; see above for why.";
    return { passed: 0, failures: [{ file: "e2e", name: "", message }] };
  }
  const folder = mkdtempSync(join(tmpdir(), "tenantry-report-"));
  const file = join(folder, "report.json");
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const playwright = tool("@playwright/test", "playwright");
      const child = spawn(process.execPath, [playwright, "test", "--reporter=list,json", ...args], {
        cwd: ROOT,
        env: { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: file, PLAYWRIGHT_FORCE_TTY: "0" },
        stdio: ["ignore", "inherit", "inherit"],
      });
      // Playwright tears down on SIGINT only.
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
        process.on(signal, () => child.kill("SIGINT"));
      child.on("error", reject);
      child.on("close", resolve);
    });
    return readEndToEnd(readReport(file), code);
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
export function readEndToEnd(report: Report | null, code: number | null): TestRun {
  const tests = (report?.suites ?? []).flatMap((file) => testsOf(file, []));
  const failures: Failure[] = [
    ...(report?.errors ?? []).map((error) => ({ file: "e2e", name: "", message: error.message ?? "" })),
    ...tests.filter(({ status }) => status !== GOOD).map(({ status: _, ...failure }) => failure),
  ];
  const passed = tests.filter(({ status }) => status === GOOD).length;
  const outside = failures.length === 0 && code !== 0 ? [failedOutside("Playwright", code)] : [];
  return { passed, failures: [...failures, ...outside] };
}

const GOOD = "expected";

/** @param within the titles of the groups that it stands in */
function testsOf(suite: Suite, within: readonly string[]): (Failure & { readonly status: string })[] {
  const own = suite.specs.flatMap(({ title, tests }) =>
    tests.map(({ status, results }) => {
      const messages = results.flatMap(({ errors }) => errors.map((error) => error.message ?? ""));
      return {
        status,
        file: `e2e/${suite.file}`,
        name: [...within, title].join(" › "),
        message: messages.length === 0 ? notRun(status) : messages.join("\n"),
      };
    }),
  );
  const deeper = (suite.suites ?? []).flatMap((inner) => testsOf(inner, [...within, inner.title]));
  return [...own, ...deeper];
}
