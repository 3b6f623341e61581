/**
 * `npm run soak [-- runs [seed [major]]]`: the tests that never end. Random platforms by the hundred, and every case of
 * what `npm test` takes in shares: crashes at every side effect, every refusal, every way to be disturbed. Prints how
 * many passed; exit code 1 where anything failed.
 *
 * With a major version of PostgreSQL: catalogs, random platforms and strangers' schemas on that one.
 */
import { tellFailures } from "./checks/failures.ts";
import { runOnMajor } from "./checks/other-major.ts";
import { isOtherMajor, OTHER_MAJORS } from "./checks/other-server.ts";
import { ROOT } from "./checks/run.ts";
import { findSoakTests } from "./checks/soak-tests.ts";
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
const { passed, failures } = await (major === undefined
  ? runVitest(findSoakTests(ROOT), soaked)
  : runOnMajor(major, runs, seed, true));
process.stdout.write(`${tellFailures(failures)}${passed} passed, ${failures.length} failed\n`, () =>
  process.exit(failures.length === 0 && passed > 0 ? 0 : 1),
);
