/** What is checked without running anything: types, lint, floors. */
import type { Check } from "./check.ts";
import { checkFloors } from "./floors.ts";
import { ROOT, runNode, tool } from "./run.ts";

async function checkTypes(): Promise<Check> {
  const { code, stdout, stderr } = await runNode([tool("typescript", "tsc"), "--noEmit"]);
  return { name: "types", passed: code === 0, output: stdout + stderr };
}

async function checkLint(): Promise<Check> {
  const { code, stdout, stderr } = await runNode([
    tool("@biomejs/biome", "biome"),
    "check",
    "--error-on-warnings",
    "--no-errors-on-unmatched",
  ]);
  return { name: "lint", passed: code === 0, output: stdout + stderr };
}

/** All three at once. Prints one line each, and the findings of those that fail. */
export async function runStaticChecks(print: (text: string) => void): Promise<readonly Check[]> {
  const checks = await Promise.all([checkTypes(), checkLint(), checkFloors(ROOT)]);
  for (const { name, passed, output } of checks) {
    print(passed ? `  ✓ ${name}\n` : `  ✗ ${name}\n${output.trimEnd()}\n`);
  }
  return checks;
}
