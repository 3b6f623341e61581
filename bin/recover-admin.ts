/**
 * `npm run recover-admin -- <e-mail>`: a way back in for whoever runs the server, when no admin can sign in. Prints a
 * generated password once; it is changed at the first sign-in. Needs `TENANTRY_RECORDS_URL`.
 *
 * Exit codes: 0 done, 1 the records could not be reached, 2 wrong call.
 */
import { recoverAdmin } from "../lib/access/recover-admin.ts";
import { Refusal } from "../lib/findings/finding.ts";
import { describeDatabaseError } from "../lib/postgres/connection.ts";
import { openRecords } from "../lib/records/client.ts";
import { recordsUrl } from "../lib/records/config.ts";

const USAGE = "Usage: npm run recover-admin -- <e-mail>, with TENANTRY_RECORDS_URL set.";

async function main(args: readonly string[]): Promise<number> {
  const [email, ...more] = args;
  if (email === undefined || more.length > 0 || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const records = openRecords(recordsUrl(process.env), {
    connections: 1,
    applicationName: "tenantry recover",
  });
  try {
    const { password, created } = await recoverAdmin(records, email);
    const what = created
      ? "A new admin was created."
      : "The person is an admin, and their sessions have ended.";
    process.stdout.write(`${what}\nPassword, to be changed at the first sign-in: ${password}\n`);
    return 0;
  } finally {
    await records.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const refused = error instanceof Refusal ? error.findings[0]! : null;
  const { sentence } = describeDatabaseError((error as Error).cause ?? error);
  process.stderr.write(`${refused === null ? sentence : `${refused.what} ${refused.todo}`}\n`);
  process.exitCode = refused === null ? 1 : 2;
}
