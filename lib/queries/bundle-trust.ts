/** Whose signature a bundle bears, what it was worth when the bundle came, and what it is worth now. */
import "server-only";
import { eq } from "drizzle-orm";
import type { SignatureState } from "../bundle/seal/envelope.ts";
import type { bundles } from "../records/schema/bundles.ts";
import { persons } from "../records/schema/persons.ts";
import { signingKeys } from "../records/schema/signing-keys.ts";
import { readSignature, type SignatureNow, signatureNow } from "./bundle-signature.ts";
import type { Source } from "./source.ts";

/** As it stands in the records, and what it is worth now. */
export interface BundleSignature extends SignatureState {
  readonly now: SignatureNow;
  /** When the bundle came; the same as `state` where nobody has verified it again. */
  readonly arrived: SignatureState["state"];
  /** What the key is called here; null where there is none, or nobody knows it. */
  readonly keyLabel: string | null;
  readonly distrusted: {
    readonly at: Date | null;
    readonly by: string | null;
    readonly reason: string;
  } | null;
}

/** Null before the bundle was verified. */
export async function signatureOf(
  { records }: Source,
  bundle: Pick<typeof bundles.$inferSelect, "signature" | "arrivedSignature">,
): Promise<BundleSignature | null> {
  const kept = readSignature(bundle.signature);
  if (kept === null) return null;
  const [found] = await records
    .select({ key: signingKeys, by: persons.name })
    .from(signingKeys)
    .leftJoin(persons, eq(persons.id, signingKeys.distrustedBy))
    .where(eq(signingKeys.keyId, kept.keyId ?? ""));
  const key = found?.key;
  return {
    ...kept,
    now: signatureNow(kept, key) ?? kept.state,
    arrived: readSignature(bundle.arrivedSignature)?.state ?? kept.state,
    keyLabel: key?.label ?? null,
    distrusted:
      key === undefined || key.trusted
        ? null
        : { at: key.distrustedAt, by: found?.by ?? null, reason: key.distrustReason ?? "" },
  };
}
