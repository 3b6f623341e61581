import "server-only";
import { and, eq, isNull } from "drizzle-orm";
import { databases } from "../records/schema/databases.ts";
import { platforms } from "../records/schema/platforms.ts";
import type { Source } from "./source.ts";

export interface PlatformRef {
  readonly id: string;
  readonly name: string;
  readonly store: string;
}

/** A registered platform by the name in its route; null where there is none. Its caller authorises. */
export async function findPlatform({ records }: Source, name: string): Promise<PlatformRef | null> {
  const [row] = await records
    .select({ id: platforms.id, name: platforms.name, store: platforms.store })
    .from(platforms)
    .where(and(eq(platforms.name, name), isNull(platforms.deregisteredAt)));
  return row ?? null;
}

/** The names of all registered platforms, in order. */
export async function listPlatforms({ records }: Source): Promise<string[]> {
  const rows = await records
    .select({ name: platforms.name })
    .from(platforms)
    .where(isNull(platforms.deregisteredAt))
    .orderBy(platforms.name);
  return rows.map((row) => row.name);
}

export interface DatabaseRef {
  readonly id: string;
  readonly name: string;
  readonly censusAt: Date | null;
}

/** A platform's databases that are still registered, by name. */
export async function listDatabases({ records }: Source, platformId: string): Promise<DatabaseRef[]> {
  return records
    .select({ id: databases.id, name: databases.name, censusAt: databases.censusAt })
    .from(databases)
    .where(and(eq(databases.platformId, platformId), isNull(databases.removedAt)))
    .orderBy(databases.name);
}
