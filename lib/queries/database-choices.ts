/** The databases that an operation can be asked for in. Their caller authorises. */
import "server-only";
import { and, asc, eq, isNull } from "drizzle-orm";
import { databases } from "../records/schema/databases.ts";
import { platforms } from "../records/schema/platforms.ts";
import type { Source } from "./source.ts";

export interface DatabaseChoice {
  readonly id: string;
  readonly name: string;
  readonly region: string | null;
  readonly platform: string;
}

/** Of all registered platforms, by the names of platform and database. */
export async function databaseChoices({
  records,
}: Source): Promise<(DatabaseChoice & { platformId: string })[]> {
  return records
    .select({
      id: databases.id,
      name: databases.name,
      region: databases.region,
      platform: platforms.name,
      platformId: platforms.id,
    })
    .from(databases)
    .innerJoin(platforms, eq(platforms.id, databases.platformId))
    .where(and(isNull(databases.removedAt), isNull(platforms.deregisteredAt)))
    .orderBy(asc(platforms.name), asc(databases.name));
}
