/**
 * `npm run soak [-- runs [seed [major]]]`: the tests that never end. Random platforms by the hundred, and every case of
 * what `npm test` takes in shares: crashes at every side effect, every refusal, every way to be disturbed, every
 * page in every look. Prints how many passed; exit code 1 where anything failed.
 *
 * With a major version of PostgreSQL: catalogs, random platforms and strangers' schemas on that one.
 */
import { ensureBrowser } from "./checks/browser.ts";
import { runEndToEnd } from "./checks/end-to-end.ts";
import { type TestRun, tellFailures } from "./checks/failures.ts";
import { runOnMajor } from "./checks/other-major.ts";
import { isOtherMajor, OTHER_MAJORS } from "./checks/other-server.ts";
import { ROOT } from "./checks/run.ts";
import { findSoakSpecs, findSoakTests } from "./checks/soak-tests.ts";
import { runVitest } from "./checks/vitest.ts";

const runs = Number(process.argv[2] ?? 300);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const major = process.argv[4];
if (
  !Number.isInteger(runs) ||
  runs < 1 ||
  !Number.isInteger(seed) ||
  (major !== undefined && !isOtherMajor(major))
) {
  const majors = OTHER_MAJORS.join(", ");
  process.stderr.write(
    `Usage: npm run soak [-- runs [seed [major]]], all whole numbers, the last one of ${majors}\n`,
  );
  process.exit(2);
}
process.stdout.write(
  `${runs} runs from seed ${seed}${major === undefined ? "" : ` on PostgreSQL ${major}`}\n`,
);
const soaked = { ...process.env, TENANTRY_SOAK_RUNS: String(runs), TENANTRY_SOAK_SEED: String(seed) };
const ended = major === undefined ? await everything() : [await runOnMajor(major, runs, seed, true)];
const failures = ended.flatMap((part) => part.failures);
const passed = ended.reduce((sum, part) => sum + part.passed, 0);
process.stdout.write(`${tellFailures(failures)}${passed} passed, ${failures.length} failed\n`, () =>
  process.exit(failures.length === 0 && passed > 0 ? 0 : 1),
);

async function everything(): Promise<TestRun[]> {
  const tests = await runVitest(findSoakTests(ROOT), soaked);
  const browser = ensureBrowser((text) => process.stdout.write(text));
  return [tests, await runEndToEnd(findSoakSpecs(ROOT), browser, soaked)];
}
