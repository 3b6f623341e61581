/** The seed of a run's shares and random cases: the same for a commit wherever it is tested, another for the next. */
import { execFileSync } from "node:child_process";
import { ROOT } from "./run.ts";

/** TENANTRY_SEED where it is set; 0 where there is no commit to take it from. */
export function seedOfRun(environment: NodeJS.ProcessEnv): number {
  if (environment.TENANTRY_SEED !== undefined) return Number(environment.TENANTRY_SEED);
  try {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    const commit = execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: [...stdio],
    });
    return Number.parseInt(commit.slice(0, 6), 16);
  } catch {
    return 0;
  }
}
