/** What the last look at each of a platform's databases found. */
import "server-only";
import { and, count, eq, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { type DatabaseHealth, databaseHealth } from "../operations/health/database-health.ts";
import { databases } from "../records/schema/databases.ts";
import { platforms } from "../records/schema/platforms.ts";
import { tenants } from "../records/schema/tenants.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface DatabaseView {
  readonly id: string;
  readonly name: string;
  readonly region: string | null;
  /** Host, port and name; no user, no password. */
  readonly endpoint: string;
  readonly tenants: number;
  /** Null before the first look, and where an older version of the console wrote it. */
  readonly health: DatabaseHealth | null;
  readonly healthAt: Date | null;
  readonly censusAt: Date | null;
}

export interface PlatformView {
  readonly id: string;
  readonly name: string;
  readonly store: string;
  readonly compression: string;
  readonly fileVersion: number;
  readonly createdAt: Date;
  readonly tenants: number;
  readonly databases: readonly DatabaseView[];
}

/** Null where there is no such platform. @throws Refused */
export async function readPlatform(
  { records }: Source,
  actor: Actor,
  name: string,
): Promise<PlatformView | null> {
  authorise(actor, "see");
  const [platform] = await records
    .select()
    .from(platforms)
    .where(and(eq(platforms.name, name), isNull(platforms.deregisteredAt)));
  if (platform === undefined) return null;
  const [homes, counts] = await Promise.all([
    records
      .select({
        id: databases.id,
        name: databases.name,
        region: databases.region,
        endpoint: databases.endpoint,
        health: databases.health,
        healthAt: databases.healthAt,
        censusAt: databases.censusAt,
      })
      .from(databases)
      .where(and(eq(databases.platformId, platform.id), isNull(databases.removedAt)))
      .orderBy(databases.name),
    records
      .select({ databaseId: tenants.databaseId, count: count() })
      .from(tenants)
      .where(and(eq(tenants.platformId, platform.id), isNull(tenants.goneAt)))
      .groupBy(tenants.databaseId),
  ]);
  const own = homes.map((home) => ({
    ...home,
    health: readHealth(home.health),
    tenants: counts.find(({ databaseId }) => databaseId === home.id)?.count ?? 0,
  }));
  return {
    id: platform.id,
    name: platform.name,
    store: platform.store,
    compression: platform.compression,
    fileVersion: platform.fileVersion,
    createdAt: platform.createdAt,
    tenants: own.reduce((sum, home) => sum + home.tenants, 0),
    databases: own,
  };
}

/** What a look wrote; null before the first one, and where it is not one of this version. */
export function readHealth(stored: unknown): DatabaseHealth | null {
  return databaseHealth.safeParse(stored).data ?? null;
}
