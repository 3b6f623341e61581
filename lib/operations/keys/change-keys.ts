/** Changing whose signatures count (manage:policy): the console's own key, and those of others. Each is recorded. */
import { and, eq, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { keyId } from "../../bundle/seal/keys.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import type { Finding } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import { signingKeys } from "../../records/schema/signing-keys.ts";
import type { Console } from "../console.ts";
import { makeSigningKey } from "../signer.ts";
import { parsePublicKey } from "./parse-public-key.ts";

type Hands = Pick<Console, "records" | "secrets">;

const LONGEST_LABEL = 100;

/**
 * Makes a new Ed25519 key that signs from now on. The former one signs no more, its private half is destroyed, and
 * what it signed stays trusted. Refuses with `not-permitted`, `label-invalid`.
 */
export async function rotateSigningKey(
  { records, secrets }: Hands,
  actor: Actor,
  given: { readonly label: string },
): Promise<Answer<{ keyId: string }>> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  const label = given.label.trim();
  if (!isLabel(label)) return refuse(labelInvalid());
  return { ok: true, ...(await makeSigningKey(records, secrets, actor, label)) };
}

/**
 * Trusts somebody else's key, or one that was distrusted, again. Refuses with `not-permitted`, `label-invalid`,
 * `public-key-invalid`, `key-known`.
 */
export async function trustKey(
  { records }: Pick<Hands, "records">,
  actor: Actor,
  given: { readonly label: string; readonly publicKey: string },
): Promise<Answer<{ keyId: string }>> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  const label = given.label.trim();
  const parsed = parsePublicKey(given.publicKey);
  if (!parsed.ok) return refuse(parsed.finding);
  if (!isLabel(label)) return refuse(labelInvalid());
  const id = keyId(parsed.key);
  return records.transaction(async (tx): Promise<Answer<{ keyId: string }>> => {
    const [known] = await tx.select().from(signingKeys).where(eq(signingKeys.keyId, id)).for("update");
    if (known?.trusted) return refuse(keyKnown(known.label));
    const publicKey = parsed.key.export({ type: "spki", format: "pem" }).toString();
    await tx
      .insert(signingKeys)
      .values({ keyId: id, publicKey, label, addedBy: actor.personId })
      .onConflictDoUpdate({
        target: signingKeys.keyId,
        set: { trusted: true, label, distrustedAt: null, distrustedBy: null, distrustReason: null },
      });
    await recordAudit(tx, {
      actor,
      action: "signing-key.trusted",
      subject: { type: "signing-key", id },
      data: { label, again: known !== undefined },
    });
    return { ok: true, keyId: id };
  });
}

/**
 * From now on its signatures count for nothing, and bundles that bear them are not imported. Refuses with
 * `not-permitted`, `reason-missing`, `key-unknown`, `key-current`.
 */
export async function distrustKey(
  { records }: Pick<Hands, "records">,
  actor: Actor,
  given: { readonly keyId: string; readonly reason: string },
): Promise<Answer> {
  if (!actor.permissions.has("manage:policy")) return refuse(notPermitted("manage:policy"));
  const reason = given.reason.trim();
  if (reason === "") return refuse(reasonMissing());
  return records.transaction(async (tx): Promise<Answer> => {
    const isIt = and(eq(signingKeys.keyId, given.keyId), eq(signingKeys.trusted, true));
    const [known] = await tx.select().from(signingKeys).where(isIt).for("update");
    if (known === undefined) return refuse(keyUnknown());
    if (known.current) return refuse(keyCurrent());
    await tx
      .update(signingKeys)
      .set({
        trusted: false,
        distrustedAt: sql`now()`,
        distrustedBy: actor.personId,
        distrustReason: reason,
      })
      .where(eq(signingKeys.keyId, given.keyId));
    await recordAudit(tx, {
      actor,
      action: "signing-key.distrusted",
      subject: { type: "signing-key", id: given.keyId },
      data: { label: known.label, reason },
    });
    return { ok: true };
  });
}

function isLabel(label: string): boolean {
  return label !== "" && label.length <= LONGEST_LABEL;
}

const finding = (code: string, where: string, what: string, todo: string): Finding => ({
  code,
  severity: "blocks",
  where,
  what,
  todo,
});

const labelInvalid = () =>
  finding(
    "label-invalid",
    "label",
    "A key has a name of up to 100 characters.",
    "Say whose it is, or why it was made.",
  );

const keyKnown = (label: string) =>
  finding("key-known", "publicKey", `This key is trusted already, as “${label}”.`, "There is nothing to do.");

const keyUnknown = () =>
  finding(
    "key-unknown",
    "key",
    "There is no such trusted key.",
    "Load the page again to see those that are.",
  );

const keyCurrent = () =>
  finding(
    "key-current",
    "key",
    "This key signs now.",
    "Make a new signing key first, then distrust this one.",
  );

const reasonMissing = () =>
  finding(
    "reason-missing",
    "reason",
    "Say why it is no longer trusted.",
    "Whoever finds a bundle of it will ask.",
  );
