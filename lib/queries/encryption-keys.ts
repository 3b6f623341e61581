/** To whom each platform's bundles are encrypted, and the former keys that still open what they encrypted. */
import "server-only";
import { asc, count, desc, eq, isNull, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { bundles } from "../records/schema/bundles.ts";
import { encryptionKeys } from "../records/schema/encryption-keys.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface EncryptionKeyView {
  /** `age1…`: public. */
  readonly recipient: string;
  readonly label: string;
  /** Whether bundles are encrypted to it now. */
  readonly current: boolean;
  readonly createdAt: Date;
  /** Null for one that was made with the platform. */
  readonly addedBy: string | null;
  readonly retiredAt: Date | null;
}

export interface PlatformKeysView {
  readonly platformId: string;
  readonly platform: string;
  /** The current one first. */
  readonly keys: readonly EncryptionKeyView[];
  /** Encrypted bundles of it here. */
  readonly bundles: number;
}

/** @throws Refused */
export async function listEncryptionKeys(
  { records }: Source,
  actor: Actor,
): Promise<readonly PlatformKeysView[]> {
  authorise(actor, "see");
  const [rows, encrypted] = await Promise.all([
    records
      .select({
        platformId: platforms.id,
        platform: platforms.name,
        recipient: encryptionKeys.recipient,
        label: encryptionKeys.label,
        current: encryptionKeys.current,
        createdAt: encryptionKeys.createdAt,
        retiredAt: encryptionKeys.retiredAt,
        addedBy: persons.name,
      })
      .from(platforms)
      .leftJoin(encryptionKeys, eq(encryptionKeys.platformId, platforms.id))
      .leftJoin(persons, eq(persons.id, encryptionKeys.addedBy))
      .where(isNull(platforms.deregisteredAt))
      .orderBy(asc(platforms.name), desc(encryptionKeys.current), desc(encryptionKeys.createdAt)),
    records
      .select({ platformId: bundles.platformId, bundles: count() })
      .from(bundles)
      .where(sql`${bundles.encrypted}`)
      .groupBy(bundles.platformId),
  ]);
  const counts = new Map(encrypted.map(({ platformId, bundles }) => [platformId, bundles]));
  const views = new Map<string, PlatformKeysView & { keys: EncryptionKeyView[] }>();
  for (const { platformId, platform, recipient, label, current, createdAt, retiredAt, addedBy } of rows) {
    const view = views.get(platformId) ?? {
      platformId,
      platform,
      keys: [],
      bundles: counts.get(platformId) ?? 0,
    };
    views.set(platformId, view);
    if (recipient !== null)
      view.keys.push({
        recipient,
        label: label ?? "",
        current: current ?? false,
        createdAt: createdAt!,
        addedBy,
        retiredAt,
      });
  }
  return [...views.values()];
}
