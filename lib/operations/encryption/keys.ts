/**
 * The age keys of platforms: who is always among a bundle's recipients, and what opens it again. An identity is opened
 * for each use only, and for bundles of its own platform.
 */
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { SecretBox } from "../../access/secret-box.ts";
import { secretContext } from "../../access/secret-context.ts";
import { makeAgeKey } from "../../bundle/encryption/keys.ts";
import { LOCK_CLASS } from "../../postgres/tenant-lock.ts";
import { type AuditActor, recordAudit } from "../../records/audit.ts";
import type { Records, RecordsSession, RecordsTransaction } from "../../records/client.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { encryptionKeys } from "../../records/schema/encryption-keys.ts";
import { platforms } from "../../records/schema/platforms.ts";

/** Second key of the lock on which key is current. */
const CHANGING_KEYS = 5;

/** To whom a platform's bundles are encrypted now; null where it has no key yet. */
export async function platformRecipient(session: RecordsSession, platformId: string): Promise<string | null> {
  const [row] = await session
    .select({ recipient: encryptionKeys.recipient })
    .from(encryptionKeys)
    .where(and(eq(encryptionKeys.platformId, platformId), eq(encryptionKeys.current, true)));
  return row?.recipient ?? null;
}

/** What opens a platform's bundles: the current identity first, then former ones. Secrets. */
export async function platformIdentities(
  session: RecordsSession,
  secrets: SecretBox,
  platformId: string,
): Promise<string[]> {
  const rows = await session
    .select({ recipient: encryptionKeys.recipient, identity: encryptionKeys.identity })
    .from(encryptionKeys)
    .where(eq(encryptionKeys.platformId, platformId))
    .orderBy(desc(encryptionKeys.current), desc(encryptionKeys.createdAt));
  return rows.map(({ recipient, identity }) =>
    secrets.open(identity, secretContext.encryptionKey(recipient)),
  );
}

/** What opens a stored bundle: the identities of the platform that it is of. None for a file that no record knows. */
export async function bundleIdentities(
  session: RecordsSession,
  secrets: SecretBox,
  { store, name }: { readonly store: string; readonly name: string },
): Promise<string[]> {
  const [row] = await session
    .select({ platformId: bundles.platformId })
    .from(bundles)
    .where(and(eq(bundles.store, store), eq(bundles.name, name)));
  return row?.platformId == null ? [] : platformIdentities(session, secrets, row.platformId);
}

export interface NewEncryptionKey {
  readonly platformId: string;
  readonly label: string;
  readonly actor: AuditActor;
}

/**
 * Makes a platform's new age key: bundles are encrypted to it from now on. What the former one encrypted is still
 * opened. Authorises nobody.
 */
export async function makeEncryptionKey(
  tx: RecordsTransaction,
  secrets: SecretBox,
  { platformId, label, actor }: NewEncryptionKey,
): Promise<{ readonly recipient: string }> {
  const { identity, recipient } = await makeAgeKey();
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${LOCK_CLASS}::int, ${CHANGING_KEYS}::int)`);
  const former = await tx
    .update(encryptionKeys)
    .set({ current: false, retiredAt: sql`now()` })
    .where(and(eq(encryptionKeys.platformId, platformId), eq(encryptionKeys.current, true)))
    .returning({ recipient: encryptionKeys.recipient });
  await tx.insert(encryptionKeys).values({
    recipient,
    platformId,
    identity: secrets.seal(identity, secretContext.encryptionKey(recipient)),
    label,
    current: true,
    addedBy: actor.personId,
  });
  await recordAudit(tx, {
    actor,
    action: "encryption-key.made",
    subject: { type: "encryption-key", id: recipient },
    platformId,
    data: { label, former: former[0]?.recipient ?? null },
  });
  return { recipient };
}

/** A key for each registered platform that has none: of platforms that were there before keys were. */
export async function ensureEncryptionKeys(
  records: Records,
  secrets: SecretBox,
  actor: AuditActor,
): Promise<void> {
  const without = await records
    .select({ id: platforms.id })
    .from(platforms)
    .leftJoin(
      encryptionKeys,
      and(eq(encryptionKeys.platformId, platforms.id), eq(encryptionKeys.current, true)),
    )
    .where(and(isNull(platforms.deregisteredAt), isNull(encryptionKeys.recipient)));
  for (const { id: platformId } of without) {
    await records.transaction(async (tx) => {
      // Another process may have been as quick.
      await tx.execute(sql`SELECT pg_advisory_xact_lock(${LOCK_CLASS}::int, ${CHANGING_KEYS}::int)`);
      if ((await platformRecipient(tx, platformId)) !== null) return;
      await makeEncryptionKey(tx, secrets, { platformId, label: "made at the first start", actor });
    });
  }
}
