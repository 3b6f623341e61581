/**
 * `npm test [-- files]`: everything, with its own set-up: types, lint and floors, then every test on a real
 * PostgreSQL that comes with the packages and some of them on the oldest version, then the end-to-end tests in a
 * browser against the built console. At the end stands once more what failed; the last line is `N passed, N failed`;
 * exit code 1 where anything failed, or nothing ran.
 */
import { ensureAge } from "./checks/age.ts";
import { ensureBrowser } from "./checks/browser.ts";
import { runEndToEnd } from "./checks/end-to-end.ts";
import { type Failure, tellFailures } from "./checks/failures.ts";
import { runOnMajor } from "./checks/other-major.ts";
import { seedOfRun } from "./checks/seed.ts";
import { runStaticChecks } from "./checks/static-checks.ts";
import { runVitest } from "./checks/vitest.ts";
import { whichTests } from "./checks/which-tests.ts";

/** The oldest that is supported, beside the newest, which comes with the packages. All in `npm run soak`. */
const OLDEST = "14";
const PLATFORMS_ON_OLDEST = 12;

const print = (text: string) => void process.stdout.write(text);
const wanted = whichTests(process.argv.slice(2));
const seed = String(seedOfRun(process.env));
print(`Shares and random cases by seed ${seed} (TENANTRY_SEED=${seed} repeats them).\n`);
process.env.TENANTRY_SEED = seed;
const checking = runStaticChecks(print);
// While that runs, and the browser while vitest does: both are waited for where they are needed.
if (wanted.vitest !== null) ensureAge(print);
const browser = wanted.endToEnd === null ? Promise.resolve(false) : ensureBrowser(print);
const checks = await checking;
const runs = [
  ...(wanted.vitest === null ? [] : [await runVitest(wanted.vitest)]),
  ...(process.argv.length === 2 ? [await runOnMajor(OLDEST, PLATFORMS_ON_OLDEST, Number(seed), false)] : []),
  ...(wanted.endToEnd === null ? [] : [await runEndToEnd(wanted.endToEnd, browser)]),
];

const ran = runs.reduce((sum, run) => sum + run.passed, 0);
const passed = ran + checks.filter((check) => check.passed).length;
const failures: Failure[] = [
  ...checks
    .filter((check) => !check.passed)
    .map(({ name, output }) => ({ file: name, name: "", message: output })),
  ...runs.flatMap((run) => run.failures),
];
process.stdout.write(`${tellFailures(failures)}${passed} passed, ${failures.length} failed\n`, () =>
  process.exit(failures.length === 0 && ran > 0 ? 0 : 1),
);
