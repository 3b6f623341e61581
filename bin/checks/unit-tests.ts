/**
 * Which tests need no server. The convention: a test that needs one gets it from lib/testing/database.ts or
 * lib/bundle/testing/s3-server.ts, or starts a process of the project through bin/testing/processes.ts, directly or by
 * way of a helper.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const IMPORT = /(?:from|import)\s*\(?\s*"(\.[^"]+\.tsx?)"/g;

const NEEDY = ["lib/testing/database.ts", "lib/bundle/testing/s3-server.ts", "bin/testing/processes.ts"];

/** The test files below `root` that reach neither module, as paths relative to it. */
export function findUnitTests(root: string): string[] {
  const needy = NEEDY.map((file) => join(root, file));
  const known = new Map<string, boolean>();
  const reaches = (file: string): boolean => {
    if (needy.includes(file)) return true;
    const before = known.get(file);
    if (before !== undefined) return before;
    // Said first for circles; the floors check forbids them.
    known.set(file, false);
    const answer = existsSync(file) && importsOf(file).some(reaches);
    known.set(file, answer);
    return answer;
  };
  return globSync("{lib,bin,app,components,worker,examples,bench}/**/*.test.{ts,tsx}", { cwd: root })
    .filter((file) => !reaches(join(root, file)))
    .sort();
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(IMPORT)].map((match) =>
    resolve(dirname(file), match[1] as string),
  );
}
