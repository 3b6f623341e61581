/** All registered platforms, and how their databases are; from what the last looks found, no database is asked. */
import "server-only";
import { and, count, eq, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { databases } from "../records/schema/databases.ts";
import { platforms } from "../records/schema/platforms.ts";
import { tenants } from "../records/schema/tenants.ts";
import { readHealth } from "./platform-health.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface PlatformRow {
  readonly name: string;
  readonly fileVersion: number;
  readonly databases: number;
  readonly unreachable: number;
  /** Not looked at yet. */
  readonly unknown: number;
  readonly tenants: number;
  readonly blocks: number;
  readonly warns: number;
  /** The oldest of the last looks; null where one is missing. */
  readonly lookedAt: Date | null;
}

/** By name. @throws Refused */
export async function listPlatformRows({ records }: Source, actor: Actor): Promise<readonly PlatformRow[]> {
  authorise(actor, "see");
  const [known, homes, counts] = await Promise.all([
    records
      .select({ id: platforms.id, name: platforms.name, fileVersion: platforms.fileVersion })
      .from(platforms)
      .where(isNull(platforms.deregisteredAt))
      .orderBy(platforms.name),
    records
      .select({
        platformId: databases.platformId,
        health: databases.health,
        healthAt: databases.healthAt,
      })
      .from(databases)
      .where(isNull(databases.removedAt)),
    records
      .select({ platformId: tenants.platformId, count: count() })
      .from(tenants)
      .innerJoin(databases, and(eq(databases.id, tenants.databaseId), isNull(databases.removedAt)))
      .where(isNull(tenants.goneAt))
      .groupBy(tenants.platformId),
  ]);
  return known.map(({ id, ...platform }) => {
    const own = homes.filter(({ platformId }) => platformId === id);
    const healths = own.map(({ health }) => readHealth(health));
    const findings = healths.flatMap((health) => health?.findings ?? []);
    const looks = own.map(({ healthAt }) => healthAt);
    return {
      ...platform,
      databases: own.length,
      unreachable: healths.filter((health) => health?.reachable === false).length,
      unknown: healths.filter((health) => health === null).length,
      tenants: counts.find(({ platformId }) => platformId === id)?.count ?? 0,
      blocks: findings.filter(({ severity }) => severity === "blocks").length,
      warns: findings.filter(({ severity }) => severity === "warns").length,
      lookedAt: oldest(looks),
    };
  });
}

function oldest(looks: readonly (Date | null)[]): Date | null {
  const known = looks.filter((at) => at !== null);
  if (known.length === 0 || known.length < looks.length) return null;
  return new Date(Math.min(...known.map((at) => at.getTime())));
}
