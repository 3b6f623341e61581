/**
 * Which tests need nothing but their own process. The convention: a test that needs a server gets it from
 * lib/testing/database.ts or lib/bundle/testing/s3-server.ts; one that starts a process does so by itself, or through
 * bin/testing/processes.ts, directly or by way of a helper. That of the floors takes as long as all others together.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allTests, testsThatReach } from "./reached.ts";

const NEEDY = [
  "lib/testing/database.ts",
  "lib/bundle/testing/s3-server.ts",
  "bin/testing/processes.ts",
  "bin/checks/floors.ts",
];

/** The test files below `root` that reach none of these modules and start no process, as paths relative to it. */
export function findUnitTests(root: string): string[] {
  const needy = new Set(testsThatReach(root, NEEDY));
  return allTests(root).filter((file) => !needy.has(file) && !startsProcesses(join(root, file)));
}

/** The test itself; what its imports start, they start for the console. */
function startsProcesses(file: string): boolean {
  return readFileSync(file, "utf8").includes('from "node:child_process"');
}
