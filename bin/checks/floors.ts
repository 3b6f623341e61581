/** The floors of the house, by dependency-cruiser after .dependency-cruiser.cjs. */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "./check.ts";
import { ROOT, runNode, tool } from "./run.ts";

const FOLDERS = ["lib", "bin", "app", "components", "worker", "examples", "bench", "e2e"];

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
}

/**
 * Checks the folders below `root`. A file that dependency-cruiser has not seen fails the check too: without a
 * parser for TypeScript it reports no violations in no modules.
 */
export async function checkFloors(root: string): Promise<Check> {
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { stdout, stderr } = await runNode(
    [
      "--import",
      new URL("swc-tsx.mjs", import.meta.url).href,
      tool("dependency-cruiser", "depcruise"),
      "--config",
      join(ROOT, ".dependency-cruiser.cjs"),
      "--output-type",
      "json",
      ...folders,
    ],
    root,
  );
  let cruise: Cruise;
  try {
    cruise = JSON.parse(stdout) as Cruise;
  } catch {
    return { name: "floors", passed: false, output: stderr + stdout };
  }
  const seen = new Set(cruise.modules.map((module) => module.source));
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }));
  const problems = [
    ...(files.length === 0 ? ["There is no file to check."] : []),
    ...files.filter((file) => !seen.has(file)).map((file) => `${file} was not looked at.`),
    ...cruise.summary.violations.map(
      ({ rule, from, to, cycle }) =>
        `${rule.name}: ${from} → ${cycle === undefined ? to : cycle.map((step) => step.name).join(" → ")}`,
    ),
  ];
  return { name: "floors", passed: problems.length === 0, output: problems.join("\n") };
}
