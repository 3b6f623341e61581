/**
 * `npm run reseal-secrets`: the second step of a rotation of `TENANTRY_SECRET_KEY`. The first is to start web and worker
 * with the new key, and the former one in `TENANTRY_OLD_SECRET_KEYS`; the third, to take the former one out again.
 *
 * Exit codes: 0 all secrets are sealed with the current key, 1 some are not or the records could not be reached,
 * 2 the environment is wrong.
 */
import { readSecretKeys } from "../lib/access/config.ts";
import { resealSecrets } from "../lib/access/reseal-secrets.ts";
import { createSecretBox } from "../lib/access/secret-box.ts";
import { Refusal } from "../lib/findings/finding.ts";
import { describeDatabaseError } from "../lib/postgres/connection.ts";
import { openRecords } from "../lib/records/client.ts";
import { recordsUrl } from "../lib/records/config.ts";

async function main(): Promise<number> {
  const box = createSecretBox(readSecretKeys(process.env));
  const records = openRecords(recordsUrl(process.env), {
    connections: 1,
    applicationName: "tenantry reseal",
  });
  try {
    const { resealed, findings } = await resealSecrets(records, box);
    process.stdout.write(`${resealed} secret(s) sealed anew with the current key.\n`);
    for (const { where, what, todo } of findings) process.stderr.write(`${where}: ${what} ${todo}\n`);
    if (findings.length > 0) return 1;
    process.stdout.write("TENANTRY_OLD_SECRET_KEYS is no longer needed.\n");
    return 0;
  } finally {
    await records.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof Refusal) {
    for (const { what, todo } of error.findings) process.stderr.write(`${what} ${todo}\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`${describeDatabaseError((error as Error).cause ?? error).sentence}\n`);
    process.exitCode = 1;
  }
}
