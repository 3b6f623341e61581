/**
 * The limit on sign-ins, by e-mail and by address. An attempt is filed before its password is looked at: any number of
 * simultaneous ones see each other, and no more than the limit get as far as the password.
 */
import { createHash } from "node:crypto";
import { and, count, eq, gt, lt, ne, type SQL, sql } from "drizzle-orm";
import type { Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { signInAttempts } from "../records/schema/sign-in-attempts.ts";

/** Wrong passwords that one e-mail, and one address, may have in a window. */
export const ATTEMPTS_BY_EMAIL = 10;
export const ATTEMPTS_BY_ADDRESS = 30;
export const WINDOW_MINUTES = 15;

const WINDOW = sql`now() - make_interval(mins => ${WINDOW_MINUTES})`;

/** Files an attempt and returns its id, or null where there were too many: then nothing is filed, or a block never ends. */
export async function fileAttempt(records: Records, email: string, address: string): Promise<string | null> {
  const id = newId();
  const who = digestOf(email);
  await records
    .insert(signInAttempts)
    .values({ id, email: who, address, succeeded: false, attemptedAt: sql`clock_timestamp()` });
  const [byEmail, byAddress] = await Promise.all([
    failures(records, eq(signInAttempts.email, who)),
    failures(records, eq(signInAttempts.address, address)),
  ]);
  if (byEmail <= ATTEMPTS_BY_EMAIL && byAddress <= ATTEMPTS_BY_ADDRESS) return id;
  await records.delete(signInAttempts).where(eq(signInAttempts.id, id));
  return null;
}

/** After a success the e-mail starts afresh; the address does not, or an account of one's own would lift its limit. */
export async function settleAttempt(records: Records, id: string, email: string): Promise<void> {
  await records.transaction(async (tx) => {
    await tx.update(signInAttempts).set({ succeeded: true }).where(eq(signInAttempts.id, id));
    await tx
      .update(signInAttempts)
      .set({ email: "" })
      .where(and(eq(signInAttempts.email, digestOf(email)), ne(signInAttempts.id, id)));
    await tx.delete(signInAttempts).where(lt(signInAttempts.attemptedAt, sql`now() - interval '1 day'`));
  });
}

async function failures(records: Records, of: SQL): Promise<number> {
  const [row] = await records
    .select({ failed: count() })
    .from(signInAttempts)
    .where(and(of, eq(signInAttempts.succeeded, false), gt(signInAttempts.attemptedAt, WINDOW)));
  return row!.failed;
}

/** People type passwords into the wrong field: what was typed is not kept. */
function digestOf(email: string): string {
  return createHash("sha256").update(email).digest("hex");
}
