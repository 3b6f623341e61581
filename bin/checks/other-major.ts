/** The tests that carry rows, once more on another major version of PostgreSQL. */
import { type OtherMajor, otherServer } from "./other-server.ts";
import { runVitest, type TestCounts } from "./vitest.ts";

/** Random platforms and strangers' schemas: what uses nothing that an older version does not know. */
const FILES = [
  "lib/rows/generated.test.ts",
  ...["whose-rows", "references", "fires", "secrets", "products", "value-tenants", "schema-per-tenant"].map(
    (name) => `lib/rows/strangers/${name}.test.ts`,
  ),
];

/**
 * A server that cannot be installed counts as a failure.
 *
 * @param runs random platforms
 */
export async function runOnMajor(major: OtherMajor, runs: number, seed: number): Promise<TestCounts> {
  let server: string;
  try {
    server = otherServer(major);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return { passed: 0, failed: 1 };
  }
  process.stdout.write(`On PostgreSQL ${major}, ${runs} random platforms from seed ${seed}:\n`);
  return runVitest(FILES, {
    ...process.env,
    TENANTRY_TEST_SERVER: server,
    TENANTRY_SOAK_RUNS: String(runs),
    TENANTRY_SOAK_SEED: String(seed),
  });
}
