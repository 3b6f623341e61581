/** Rotation of the key for secrets at rest: everything that an older key sealed is sealed anew with the current one. */
import { eq, isNotNull } from "drizzle-orm";
import { type Finding, Refusal } from "../findings/finding.ts";
import { recordAudit } from "../records/audit.ts";
import type { Records, RecordsTransaction } from "../records/client.ts";
import { databases } from "../records/schema/databases.ts";
import { encryptionKeys } from "../records/schema/encryption-keys.ts";
import { migrationEffects } from "../records/schema/migration-effects.ts";
import { signingKeys } from "../records/schema/signing-keys.ts";
import { webhooks } from "../records/schema/webhooks.ts";
import type { SecretBox } from "./secret-box.ts";
import { secretContext } from "./secret-context.ts";

export interface Resealed {
  readonly resealed: number;
  /** Secrets that none of the given keys opens: each is to be entered again. */
  readonly findings: readonly Finding[];
}

/**
 * Seals anew what is old, in one transaction; running it again changes nothing. While it has not run, the old keys
 * stay in `TENANTRY_OLD_SECRET_KEYS`; once it returns no finding, they can go.
 */
export async function resealSecrets(records: Records, box: SecretBox): Promise<Resealed> {
  return records.transaction(async (tx) => {
    const findings: Finding[] = [];
    let resealed = 0;
    const renew = (sealed: Buffer, context: string): Buffer | null => {
      if (!box.isOld(sealed)) return null;
      try {
        const renewed = box.seal(box.open(sealed, context), context);
        resealed++;
        return renewed;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        findings.push(...error.findings);
        return null;
      }
    };
    await resealDatabases(tx, renew);
    await resealSigningKeys(tx, renew);
    await resealEncryptionKeys(tx, renew);
    await resealWebhooks(tx, renew);
    await dropOldRows(tx, box);
    if (resealed > 0) {
      const actor = { personId: null, name: "reseal-secrets" };
      const subject = { type: "secrets", id: "all" };
      await recordAudit(tx, { actor, action: "secrets.resealed", subject, data: { resealed } });
    }
    return { resealed, findings };
  });
}

type Renew = (sealed: Buffer, context: string) => Buffer | null;

async function resealDatabases(tx: RecordsTransaction, renew: Renew): Promise<void> {
  for (const row of await tx.select().from(databases).for("update")) {
    const plannerUrl = renew(row.plannerUrl, secretContext.plannerUrl(row.id));
    const runnerUrl = renew(row.runnerUrl, secretContext.runnerUrl(row.id));
    if (plannerUrl === null && runnerUrl === null) continue;
    await tx
      .update(databases)
      .set({ plannerUrl: plannerUrl ?? row.plannerUrl, runnerUrl: runnerUrl ?? row.runnerUrl })
      .where(eq(databases.id, row.id));
  }
}

async function resealSigningKeys(tx: RecordsTransaction, renew: Renew): Promise<void> {
  const rows = await tx.select().from(signingKeys).where(isNotNull(signingKeys.privateKey)).for("update");
  for (const row of rows) {
    const privateKey = renew(row.privateKey!, secretContext.signingKey(row.keyId));
    if (privateKey === null) continue;
    await tx.update(signingKeys).set({ privateKey }).where(eq(signingKeys.keyId, row.keyId));
  }
}

async function resealEncryptionKeys(tx: RecordsTransaction, renew: Renew): Promise<void> {
  for (const row of await tx.select().from(encryptionKeys).for("update")) {
    const identity = renew(row.identity, secretContext.encryptionKey(row.recipient));
    if (identity === null) continue;
    await tx.update(encryptionKeys).set({ identity }).where(eq(encryptionKeys.recipient, row.recipient));
  }
}

async function resealWebhooks(tx: RecordsTransaction, renew: Renew): Promise<void> {
  for (const row of await tx.select().from(webhooks).for("update")) {
    const secret = renew(row.secret, secretContext.webhookSecret(row.id));
    if (secret !== null) await tx.update(webhooks).set({ secret }).where(eq(webhooks.id, row.id));
  }
}

/** Rows with personal columns are kept for an hour: nobody needs them under another key. */
async function dropOldRows(tx: RecordsTransaction, box: SecretBox): Promise<void> {
  const rows = await tx
    .select({ id: migrationEffects.id, personalRows: migrationEffects.personalRows })
    .from(migrationEffects)
    .where(isNotNull(migrationEffects.personalRows));
  for (const { id, personalRows } of rows)
    if (box.isOld(personalRows!))
      await tx.update(migrationEffects).set({ personalRows: null }).where(eq(migrationEffects.id, id));
}
