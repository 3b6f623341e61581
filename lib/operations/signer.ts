/** The key that signs bundles now, and those whose signatures count. A private half is opened for each use only. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { SecretBox } from "../access/secret-box.ts";
import { secretContext } from "../access/secret-context.ts";
import { keyId } from "../bundle/seal/keys.ts";
import type { StepContext } from "../engine/contexts.ts";
import { LOCK_CLASS } from "../postgres/tenant-lock.ts";
import { type AuditActor, recordAudit } from "../records/audit.ts";
import type { Records, RecordsSession } from "../records/client.ts";
import { signingKeys } from "../records/schema/index.ts";
import type { DistrustedKey } from "./keys/judge-signature.ts";

/** Second key of the lock on which key signs. */
const CHANGING_KEYS = 4;

/** Null while there is none: bundles are then unsigned, and say so. */
export async function currentSigner(
  records: RecordsSession,
  secrets: SecretBox,
): Promise<StepContext["signer"]> {
  const [row] = await records.select().from(signingKeys).where(eq(signingKeys.current, true));
  const sealed = row?.privateKey;
  if (row === undefined || sealed == null) return null;
  return {
    keyId: row.keyId,
    privateKey: async () => createPrivateKey(secrets.open(sealed, secretContext.signingKey(row.keyId))),
  };
}

/** The public keys whose seals are trusted: the console's own, former ones too, and those of others. */
export async function trustedKeys(records: RecordsSession): Promise<KeyObject[]> {
  const rows = await records
    .select({ publicKey: signingKeys.publicKey })
    .from(signingKeys)
    .where(eq(signingKeys.trusted, true));
  return rows.map(({ publicKey }) => createPublicKey(publicKey));
}

/** The keys that were trusted once, and why they are not any more. */
export async function distrustedKeys(records: RecordsSession): Promise<DistrustedKey[]> {
  return records
    .select({ keyId: signingKeys.keyId, label: signingKeys.label, reason: signingKeys.distrustReason })
    .from(signingKeys)
    .where(eq(signingKeys.trusted, false));
}

/**
 * Makes a new Ed25519 key and lets it sign from now on. What the former one signed stays trusted; its private half is
 * destroyed. Authorises nobody: the first start makes one before anybody has signed in, people rotate it by
 * keys/change-keys.ts.
 */
export async function makeSigningKey(
  records: Records,
  secrets: SecretBox,
  actor: AuditActor,
  label: string,
): Promise<{ readonly keyId: string }> {
  const pair = generateKeyPairSync("ed25519");
  const id = keyId(pair.publicKey);
  const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await records.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${LOCK_CLASS}::int, ${CHANGING_KEYS}::int)`);
    const former = await tx
      .update(signingKeys)
      .set({ current: false, retiredAt: sql`now()`, privateKey: null })
      .where(eq(signingKeys.current, true))
      .returning({ keyId: signingKeys.keyId });
    await tx.insert(signingKeys).values({
      keyId: id,
      publicKey: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
      privateKey: secrets.seal(pem, secretContext.signingKey(id)),
      label,
      current: true,
      addedBy: actor.personId,
    });
    await recordAudit(tx, {
      actor,
      action: "signing-key.made",
      subject: { type: "signing-key", id },
      data: { label, former: former[0]?.keyId ?? null },
    });
  });
  return { keyId: id };
}
