/**
 * `npm test [-- files]`: everything, with its own set-up: types, lint and floors, then every test on a real
 * PostgreSQL that comes with the packages. The last line is `N passed, N failed`; exit code 1 where anything
 * failed, or nothing ran.
 */
import { runStaticChecks } from "./checks/static-checks.ts";
import { runVitest } from "./checks/vitest.ts";

const checks = await runStaticChecks((text) => process.stdout.write(text));
const tests = await runVitest(process.argv.slice(2));
const passed = tests.passed + checks.filter((check) => check.passed).length;
const failed = tests.failed + checks.filter((check) => !check.passed).length;
process.stdout.write(`${passed} passed, ${failed} failed\n`, () =>
  process.exit(failed === 0 && tests.passed > 0 ? 0 : 1),
);
