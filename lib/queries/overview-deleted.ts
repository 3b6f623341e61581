/**
 * Deleted tenants that need somebody: those that are there again, as a database that was restored from an older backup
 * brings them, and those whose delete was stopped on its way.
 */
import "server-only";
import { and, asc, count, eq, isNull, notExists, or, sql } from "drizzle-orm";
import { CLAIMING } from "../engine/states.ts";
import { databases } from "../records/schema/databases.ts";
import { operations } from "../records/schema/operations.ts";
import { platforms } from "../records/schema/platforms.ts";
import { tenants } from "../records/schema/tenants.ts";
import { tombstones } from "../records/schema/tombstones.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";

export interface DeletedLine {
  /** `again`: the census sees it although it was deleted, and nobody has said that it stays. `unfinished`: rows are gone, and others are not. */
  readonly why: "again" | "unfinished";
  readonly platform: string;
  readonly database: { readonly id: string; readonly name: string };
  readonly tenantKey: string;
  /** The delete. */
  readonly operationId: string;
  readonly deletedAt: Date | null;
}

export interface DeletedNews {
  /** The oldest first. */
  readonly deleted: Some<DeletedLine>;
}

/** @param platformId of one platform; all where it is left out */
export async function readDeletedNews({ records }: Source, platformId?: string): Promise<DeletedNews> {
  // Somebody is at it already: it stands among the runs.
  const busy = records
    .select({ id: operations.id })
    .from(operations)
    .where(
      and(
        eq(operations.databaseId, tombstones.databaseId),
        eq(operations.claim, sql`'key:' || ${tombstones.tenantKey}`),
        sql`${operations.state} IN (${sql.join(
          CLAIMING.map((state) => sql`${state}`),
          sql`, `,
        )})`,
      ),
    );
  const ofThem = and(
    or(
      and(eq(tombstones.state, "deleted"), isNull(tenants.goneAt), isNull(tombstones.dismissedAt)),
      eq(tombstones.state, "deleting"),
    ),
    notExists(busy),
    platformId === undefined ? undefined : eq(tombstones.platformId, platformId),
  );
  const from = () =>
    records
      .select({ tombstone: tombstones, platform: platforms.name, database: databases })
      .from(tombstones)
      .innerJoin(platforms, and(eq(platforms.id, tombstones.platformId), isNull(platforms.deregisteredAt)))
      .innerJoin(databases, and(eq(databases.id, tombstones.databaseId), isNull(databases.removedAt)))
      .innerJoin(
        tenants,
        and(eq(tenants.databaseId, tombstones.databaseId), eq(tenants.key, tombstones.tenantKey)),
      )
      .where(ofThem);
  const [entries, [all]] = await Promise.all([
    from().orderBy(asc(tombstones.createdAt), asc(tombstones.id)).limit(A_FEW),
    records
      .select({ count: count() })
      .from(tombstones)
      .innerJoin(platforms, and(eq(platforms.id, tombstones.platformId), isNull(platforms.deregisteredAt)))
      .innerJoin(databases, and(eq(databases.id, tombstones.databaseId), isNull(databases.removedAt)))
      .innerJoin(
        tenants,
        and(eq(tenants.databaseId, tombstones.databaseId), eq(tenants.key, tombstones.tenantKey)),
      )
      .where(ofThem),
  ]);
  return {
    deleted: {
      entries: entries.map(({ tombstone, platform, database }) => ({
        why: tombstone.state === "deleting" ? "unfinished" : "again",
        platform,
        database: { id: database.id, name: database.name },
        tenantKey: tombstone.tenantKey,
        operationId: tombstone.operationId,
        deletedAt: tombstone.deletedAt,
      })),
      total: all?.count ?? 0,
    },
  };
}
