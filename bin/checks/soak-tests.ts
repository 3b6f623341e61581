/** Which tests run in shares only, or with few random cases: those that ask lib/testing/shard.ts what is theirs. */
import { testsThatReach } from "./reached.ts";

/** Their paths relative to `root`. */
export function findSoakTests(root: string): string[] {
  return testsThatReach(root, ["lib/testing/shard.ts"]);
}
