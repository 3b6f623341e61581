/** The tests that read catalogs and carry rows, once more on another major version of PostgreSQL. */
import type { TestRun } from "./failures.ts";
import { type OtherMajor, otherServer } from "./other-server.ts";
import { runVitest } from "./vitest.ts";

/** Catalogs, random platforms, strangers' schemas, fence and delete: what uses nothing that an older version does not know. */
const QUICK = [
  ...catalogs("read", "shape", "assemble/columns", "assemble/constraints", "assemble/partitions"),
  ...catalogs("assemble/triggers", "assemble/types"),
  "lib/rows/generated.test.ts",
  ...strangers("references", "fires", "value-tenants", "schema-per-tenant"),
  ...deletes("delete-tenant"),
];
const LONG = [
  ...catalogs("lookup", "schema-copy/database-copy"),
  ...strangers("whose-rows", "secrets", "products"),
  "lib/migrations/measure/measure.test.ts",
  "lib/rows/upgrade/upgrade-bundle.test.ts",
  "lib/rows/fence/fence.test.ts",
  ...deletes("awkward", "disturbed", "generated", "governor", "lost", "plan"),
];

function catalogs(...names: readonly string[]): string[] {
  return names.map((name) => `lib/catalog/${name}.test.ts`);
}

function strangers(...names: readonly string[]): string[] {
  return names.map((name) => `lib/rows/strangers/${name}.test.ts`);
}

function deletes(...names: readonly string[]): string[] {
  return names.map((name) => `lib/rows/delete/${name}.test.ts`);
}

/**
 * A server that cannot be installed counts as a failure.
 *
 * @param runs random platforms
 * @param all also what takes long
 */
export async function runOnMajor(
  major: OtherMajor,
  runs: number,
  seed: number,
  all: boolean,
): Promise<TestRun> {
  const part = `PostgreSQL ${major}`;
  let server: string;
  try {
    server = otherServer(major);
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`${message}\n`);
    return { passed: 0, failures: [{ file: part, name: "its installation", message }] };
  }
  process.stdout.write(`On ${part}, ${runs} random platforms from seed ${seed}:\n`);
  const { passed, failures } = await runVitest(all ? [...QUICK, ...LONG] : QUICK, {
    ...process.env,
    TENANTRY_TEST_SERVER: server,
    TENANTRY_SOAK_RUNS: String(runs),
    TENANTRY_SOAK_SEED: String(seed),
  });
  return { passed, failures: failures.map((each) => ({ ...each, file: `${part}: ${each.file}` })) };
}
