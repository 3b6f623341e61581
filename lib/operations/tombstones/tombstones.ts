/** A tombstone's life: noted before the first row goes, made whole when nothing is left, closed by a restore. */
import { createHash } from "node:crypto";
import { and, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { RecordsSession, RecordsTransaction } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { type TenantState, tenants } from "../../records/schema/tenants.ts";
import { tombstones } from "../../records/schema/tombstones.ts";

export type Tombstone = typeof tombstones.$inferSelect;

export interface TombstonePlace {
  readonly platformId: string;
  readonly databaseId: string;
  readonly tenantKey: string;
}

/** The one that is open: rows are going, or gone. Null where there is none. */
export async function openTombstone(
  session: RecordsSession,
  { databaseId, tenantKey }: Pick<TombstonePlace, "databaseId" | "tenantKey">,
): Promise<Tombstone | null> {
  const [found] = await session
    .select()
    .from(tombstones)
    .where(
      and(
        eq(tombstones.databaseId, databaseId),
        eq(tombstones.tenantKey, tenantKey),
        inArray(tombstones.state, ["deleting", "deleted"]),
      ),
    );
  return found ?? null;
}

/** The one that a delete has written; null where it has written none. */
export async function tombstoneOf(session: RecordsSession, operationId: string): Promise<Tombstone | null> {
  const [found] = await session.select().from(tombstones).where(eq(tombstones.operationId, operationId));
  return found ?? null;
}

export interface Noted
  extends Pick<
    typeof tombstones.$inferInsert,
    "operationId" | "bundleId" | "bundleSha256" | "drillId" | "schemaVersion" | "rows" | "tables"
  > {
  readonly slug: string | null;
}

/**
 * Notes what is about to go, and marks the tenant. One that was deleted before, and is there again, has its former
 * tombstone replaced. Done again it changes nothing.
 */
export async function noteTombstone(
  tx: RecordsTransaction,
  place: TombstonePlace,
  { slug, ...noted }: Noted,
): Promise<void> {
  if ((await tombstoneOf(tx, noted.operationId)) === null) {
    const former = await openTombstone(tx, place);
    if (former !== null && former.state === "deleted")
      await tx
        .update(tombstones)
        .set({ state: "replaced", closedAt: sql`now()`, closedBy: noted.operationId })
        .where(eq(tombstones.id, former.id));
    await tx.insert(tombstones).values({
      id: newId(),
      ...place,
      ...noted,
      slugHash: slug === null ? null : slugHash(slug),
      state: "deleting",
    });
  }
  await setTenantState(tx, place, "deleting");
}

/** Takes the note back, where no row is gone; else it stays, and so does the tenant's state. Whether it was taken back. */
export async function takeNoteBack(
  tx: RecordsTransaction,
  place: TombstonePlace,
  operationId: string,
): Promise<boolean> {
  const found = await tombstoneOf(tx, operationId);
  if (found !== null && found.touchedAt !== null) return false;
  if (found !== null) await tx.delete(tombstones).where(eq(tombstones.id, found.id));
  await tx
    .update(tombstones)
    .set({ state: "deleted", closedAt: null, closedBy: null })
    .where(and(eq(tombstones.closedBy, operationId), eq(tombstones.state, "replaced")));
  await setTenantState(tx, place, "suspended");
  return true;
}

/** From now on rows may be gone. */
export async function touchTombstone(session: RecordsSession, operationId: string): Promise<void> {
  await session
    .update(tombstones)
    .set({ touchedAt: sql`now()` })
    .where(and(eq(tombstones.operationId, operationId), isNull(tombstones.touchedAt)));
}

/** None was: it had not begun after all. */
export async function untouchTombstone(session: RecordsSession, operationId: string): Promise<void> {
  await session
    .update(tombstones)
    .set({ touchedAt: null })
    .where(and(eq(tombstones.operationId, operationId), eq(tombstones.state, "deleting")));
}

/**
 * Nothing is left: the tombstone is whole, the tenant's line keeps its key alone, and no bundle of it is kept for longer
 * than it can be restored, but for those that are held.
 */
export async function buryTenant(
  tx: RecordsTransaction,
  place: TombstonePlace,
  operationId: string,
  days: number,
): Promise<Tombstone> {
  const [buried] = await tx
    .update(tombstones)
    .set({
      state: "deleted",
      deletedAt: sql`now()`,
      retainUntil: sql`now() + make_interval(secs => ${days * 86_400})`,
    })
    .where(eq(tombstones.operationId, operationId))
    .returning();
  await tx
    .update(tenants)
    .set({
      state: "deleted",
      slug: null,
      name: null,
      domains: [],
      platformState: null,
      fence: null,
      traffic: null,
      rows: null,
      bytes: null,
      tables: null,
      goneAt: sql`coalesce(${tenants.goneAt}, now())`,
    })
    .where(and(eq(tenants.databaseId, place.databaseId), eq(tenants.key, place.tenantKey)));
  await tx
    .update(bundles)
    .set({ expiresAt: buried!.retainUntil, retention: null })
    .where(
      and(
        eq(bundles.platformId, place.platformId),
        eq(bundles.tenantKey, place.tenantKey),
        inArray(bundles.state, ["ready", "missing", "quarantined"]),
        or(
          isNull(bundles.expiresAt),
          gt(bundles.expiresAt, buried!.retainUntil!),
          eq(bundles.id, buried!.bundleId),
        ),
      ),
    );
  return buried!;
}

/** All of it is back. */
export async function closeTombstone(
  tx: RecordsTransaction,
  tombstoneId: string,
  operationId: string,
): Promise<void> {
  await tx
    .update(tombstones)
    .set({ state: "restored", closedAt: sql`now()`, closedBy: operationId })
    .where(and(eq(tombstones.id, tombstoneId), inArray(tombstones.state, ["deleting", "deleted"])));
}

export async function setTenantState(
  session: RecordsSession,
  { databaseId, tenantKey }: Pick<TombstonePlace, "databaseId" | "tenantKey">,
  state: TenantState,
): Promise<void> {
  await session
    .update(tenants)
    .set({ state })
    .where(and(eq(tenants.databaseId, databaseId), eq(tenants.key, tenantKey)));
}

/** By which somebody who knows the slug can tell that it was this tenant. */
export function slugHash(slug: string): string {
  return createHash("sha256").update(slug).digest("hex");
}
