/** The keys whose signatures count, and those whose do not any more; for everybody who verifies a bundle. */
import "server-only";
import { count, desc, eq, isNotNull } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Actor } from "../access/actor.ts";
import { bundles } from "../records/schema/bundles.ts";
import { persons } from "../records/schema/persons.ts";
import { signingKeys } from "../records/schema/signing-keys.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

/** `signs`: the console's own, now. `former`: its own, once. `foreign`: somebody else's. */
export type KeyPart = "signs" | "former" | "foreign";

export interface KeyView {
  readonly keyId: string;
  readonly label: string;
  readonly part: KeyPart;
  readonly trusted: boolean;
  readonly createdAt: Date;
  /** Null for the one that was made at the first start. */
  readonly addedBy: string | null;
  readonly retiredAt: Date | null;
  readonly distrusted: { readonly at: Date; readonly by: string | null; readonly reason: string } | null;
  /** Bundles here that bear its signature. */
  readonly bundles: number;
}

export interface KeysView {
  /** The one that signs first, then the latest. */
  readonly keys: readonly KeyView[];
  readonly mayChange: boolean;
}

/** @throws Refused */
export async function listKeys({ records }: Source, actor: Actor): Promise<KeysView> {
  authorise(actor, "see");
  const adder = alias(persons, "adder");
  const distruster = alias(persons, "distruster");
  const [rows, borne] = await Promise.all([
    records
      .select({ key: signingKeys, addedBy: adder.name, distrustedBy: distruster.name })
      .from(signingKeys)
      .leftJoin(adder, eq(adder.id, signingKeys.addedBy))
      .leftJoin(distruster, eq(distruster.id, signingKeys.distrustedBy))
      .orderBy(desc(signingKeys.current), desc(signingKeys.createdAt), signingKeys.keyId),
    records
      .select({ keyId: bundles.signatureKey, bundles: count() })
      .from(bundles)
      .where(isNotNull(bundles.signatureKey))
      .groupBy(bundles.signatureKey),
  ]);
  const counts = new Map(borne.map(({ keyId, bundles }) => [keyId, bundles]));
  return {
    mayChange: actor.permissions.has("manage:policy"),
    keys: rows.map(({ key, addedBy, distrustedBy }) => ({
      keyId: key.keyId,
      label: key.label,
      part: key.current ? "signs" : key.retiredAt !== null ? "former" : "foreign",
      trusted: key.trusted,
      createdAt: key.createdAt,
      addedBy,
      retiredAt: key.retiredAt,
      distrusted:
        key.distrustedAt === null
          ? null
          : { at: key.distrustedAt, by: distrustedBy, reason: key.distrustReason ?? "" },
      bundles: counts.get(key.keyId) ?? 0,
    })),
  };
}

/** The public key in PEM, as `tenantry verify --trust` takes it; null where there is none. @throws Refused */
export async function readPublicKey(
  { records }: Source,
  actor: Actor,
  keyId: string,
): Promise<string | null> {
  authorise(actor, "see");
  const [row] = await records
    .select({ publicKey: signingKeys.publicKey })
    .from(signingKeys)
    .where(eq(signingKeys.keyId, keyId));
  return row?.publicKey ?? null;
}
