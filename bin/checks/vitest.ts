/** Running vitest, with its result as numbers. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Failure, failedOutside, notRun, type TestRun } from "./failures.ts";
import { ROOT, tool } from "./run.ts";

/** vitest's JSON report, as far as it is read here. */
export interface Report {
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  /** Its path. */
  readonly name: string;
  readonly status: string;
  /** What was wrong with the file beside its tests. */
  readonly message: string;
  readonly assertionResults: readonly TestResult[];
}

interface TestResult {
  readonly status: string;
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly failureMessages: readonly string[];
}

/** Runs vitest on this terminal with the arguments (files, options) and reads how it ended. */
export async function runVitest(args: readonly string[], environment = process.env): Promise<TestRun> {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-report-"));
  const file = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, [tool("vitest", "vitest"), "run", ...reporters, ...args], {
        cwd: ROOT,
        // Production would change what the packages under test do.
        env: { ...environment, NODE_ENV: "test" },
        stdio: ["ignore", "inherit", "inherit"],
      });
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
        process.on(signal, () => child.kill(signal));
      child.on("error", reject);
      child.on("close", resolve);
    });
    return readRun(readReport(file), code);
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

/** The exit code decides: whatever made vitest fail without a test of its own counts as one failure. */
export function readRun(report: Report | null, code: number | null): TestRun {
  const files = report?.testResults ?? [];
  const failures = files.flatMap(failuresOf);
  const passed = files.flatMap((file) => file.assertionResults).filter(isGood).length;
  const outside = failures.length === 0 && code !== 0 ? [failedOutside("vitest", code)] : [];
  return { passed, failures: [...failures, ...outside] };
}

function failuresOf(file: TestFile): Failure[] {
  const path = relative(ROOT, file.name);
  const ofTests = file.assertionResults.filter((test) => !isGood(test));
  const broken = file.status === "failed" && !ofTests.some((test) => test.status === "failed");
  return [
    ...(broken ? [{ file: path, name: "", message: file.message }] : []),
    ...ofTests.map((test) => ({
      file: path,
      name: [...test.ancestorTitles, test.title].filter((title) => title !== "").join(" › "),
      message: test.failureMessages.length === 0 ? notRun(test.status) : test.failureMessages.join("\n"),
    })),
  ];
}

const isGood = (test: TestResult) => test.status === "passed";
