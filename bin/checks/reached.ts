/** Which tests reach a module, through whatever other files of the project. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const IMPORT = /(?:from|import)\s*\(?\s*"(\.[^"]+\.tsx?)"/g;

/** vitest's, as paths relative to `root`, in order. */
export function allTests(root: string): string[] {
  return globSync("{lib,bin,app,components,worker,examples,bench}/**/*.test.{ts,tsx}", { cwd: root }).sort();
}

/** Playwright's, likewise. */
export function allSpecs(root: string): string[] {
  return globSync("e2e/**/*.spec.ts", { cwd: root }).sort();
}

/** Of the test files those that import one of the modules, directly or by way of others; paths are relative to `root`. */
export function testsThatReach(
  root: string,
  modules: readonly string[],
  tests: readonly string[] = allTests(root),
): string[] {
  const wanted = modules.map((file) => join(root, file));
  const known = new Map<string, boolean>();
  const reaches = (file: string): boolean => {
    if (wanted.includes(file)) return true;
    const before = known.get(file);
    if (before !== undefined) return before;
    // Said first for circles; the floors check forbids them.
    known.set(file, false);
    const answer = existsSync(file) && importsOf(file).some(reaches);
    known.set(file, answer);
    return answer;
  };
  return tests.filter((file) => reaches(join(root, file)));
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(IMPORT)].map((match) =>
    resolve(dirname(file), match[1] as string),
  );
}
