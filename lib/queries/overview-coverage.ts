/** What the last look at each database found: tables and columns that the model says nothing about, and the like. */
import "server-only";
import { and, eq, isNull } from "drizzle-orm";
import { databases } from "../records/schema/databases.ts";
import { platforms } from "../records/schema/platforms.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import type { Source } from "./source.ts";

export interface CoverageNews extends Coverage {
  readonly platform: string;
  readonly database: string;
  readonly lookedAt: Date | null;
}

/** Databases with findings that block or warn, by platform and name. */
export async function readCoverageNews({ records }: Source): Promise<CoverageNews[]> {
  const rows = await records
    .select({
      platform: platforms.name,
      database: databases.name,
      health: databases.health,
      lookedAt: databases.healthAt,
    })
    .from(databases)
    .innerJoin(platforms, eq(platforms.id, databases.platformId))
    .where(and(isNull(databases.removedAt), isNull(platforms.deregisteredAt)))
    .orderBy(platforms.name, databases.name);
  return rows
    .map(({ health, ...row }) => ({ ...row, ...coverageOf(health) }))
    .filter((row) => row.blocks + row.warns > 0);
}
