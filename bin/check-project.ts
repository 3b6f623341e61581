/**
 * `npm run check`: types, lint, floors, and the tests that need no server. For before every commit; everything
 * else is `npm test`'s.
 */
import { ROOT } from "./checks/run.ts";
import { runStaticChecks } from "./checks/static-checks.ts";
import { findUnitTests } from "./checks/unit-tests.ts";
import { runVitest } from "./checks/vitest.ts";

const checks = await runStaticChecks((text) => process.stdout.write(text));
const tests = await runVitest(findUnitTests(ROOT), { ...process.env, TENANTRY_TESTS: "unit" });
process.exitCode =
  tests.failures.length === 0 && tests.passed > 0 && checks.every((check) => check.passed) ? 0 : 1;
