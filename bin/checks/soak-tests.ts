/** Which tests run in shares only, or with few random cases: those that ask lib/testing/shard.ts what is theirs. */
import { allSpecs, testsThatReach } from "./reached.ts";

const SHARES = ["lib/testing/shard.ts"];

/** vitest's; their paths are relative to `root`. */
export function findSoakTests(root: string): string[] {
  return testsThatReach(root, SHARES);
}

/** Playwright's, likewise. */
export function findSoakSpecs(root: string): string[] {
  return testsThatReach(root, SHARES, allSpecs(root));
}
