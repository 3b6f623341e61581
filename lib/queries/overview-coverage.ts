/** What the last look at each database found: tables and columns that the model says nothing about, and the like. */
import "server-only";
import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Severity } from "../findings/finding.ts";
import { databases } from "../records/schema/databases.ts";
import { platforms } from "../records/schema/platforms.ts";
import type { Source } from "./source.ts";

export interface CoverageNews {
  readonly platform: string;
  readonly database: string;
  readonly blocks: number;
  readonly warns: number;
  readonly lookedAt: Date | null;
}

/** As much of `databases.health` as is counted here. */
const Health = z.object({ findings: z.array(z.object({ severity: z.enum(["blocks", "warns", "notes"]) })) });

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
    .map(({ health, ...row }) => {
      const findings = Health.safeParse(health).data?.findings ?? [];
      const howMany = (severity: Severity) =>
        findings.filter((finding) => finding.severity === severity).length;
      return { ...row, blocks: howMany("blocks"), warns: howMany("warns") };
    })
    .filter((row) => row.blocks + row.warns > 0);
}
