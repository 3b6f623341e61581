/** The key that signs bundles now. Its private half is opened for each use and kept nowhere. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import type { SecretBox } from "../access/secret-box.ts";
import { secretContext } from "../access/secret-context.ts";
import { keyId } from "../bundle/seal/keys.ts";
import type { StepContext } from "../engine/contexts.ts";
import { type AuditActor, recordAudit } from "../records/audit.ts";
import type { Records, RecordsSession } from "../records/client.ts";
import { signingKeys } from "../records/schema/index.ts";

/** Null while there is none: bundles are then unsigned, and say so. */
export async function currentSigner(
  records: RecordsSession,
  secrets: SecretBox,
): Promise<StepContext["signer"]> {
  const [row] = await records
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.current, true), isNull(signingKeys.retiredAt)));
  const sealed = row?.privateKey;
  if (row === undefined || sealed == null) return null;
  return {
    keyId: row.keyId,
    privateKey: async () => createPrivateKey(secrets.open(sealed, secretContext.signingKey(row.keyId))),
  };
}

/** The public keys whose seals are trusted. */
export async function trustedKeys(records: RecordsSession): Promise<KeyObject[]> {
  const rows = await records
    .select({ publicKey: signingKeys.publicKey })
    .from(signingKeys)
    .where(and(eq(signingKeys.trusted, true), isNull(signingKeys.retiredAt)));
  return rows.map(({ publicKey }) => createPublicKey(publicKey));
}

/** Makes a new Ed25519 key and lets it sign from now on; what the former one signed stays trusted. */
export async function rotateSigningKey(
  records: Records,
  secrets: SecretBox,
  actor: AuditActor,
  label: string,
): Promise<{ readonly keyId: string }> {
  const pair = generateKeyPairSync("ed25519");
  const id = keyId(pair.publicKey);
  const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await records.transaction(async (tx) => {
    await tx.update(signingKeys).set({ current: false }).where(eq(signingKeys.current, true));
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
      data: { label },
    });
  });
  return { keyId: id };
}
