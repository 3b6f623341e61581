/** Running vitest, with its result as numbers. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, tool } from "./run.ts";

export interface TestCounts {
  readonly passed: number;
  /** Failed, skipped and unfinished tests, files that did not load or clean up, errors outside of any test. */
  readonly failed: number;
}

/** vitest's JSON report, as far as it is read here. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Runs vitest on this terminal with the arguments (files, options) and counts. */
export async function runVitest(args: readonly string[], environment = process.env): Promise<TestCounts> {
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
    return count(readReport(file), code);
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
export function count(report: Report | null, code: number | null): TestCounts {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === "passed").length;
  const brokenFiles = files.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = tests.length - passed + brokenFiles;
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}
