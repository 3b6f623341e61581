/** What the forms show that change a platform's databases, for those who may. No secret is opened for them. */
import "server-only";
import { and, count, eq, inArray, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { CLAIMING } from "../engine/states.ts";
import { databases } from "../records/schema/databases.ts";
import { operations } from "../records/schema/operations.ts";
import { tenants } from "../records/schema/tenants.ts";
import { findPlatform } from "./platform.ts";
import { readHealth } from "./platform-health.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface RegisteredPlatformView {
  readonly id: string;
  readonly name: string;
  readonly databases: number;
  readonly tenants: number;
  /** Operations that stand in the way of deregistering. */
  readonly active: number;
}

/** Null where there is no such platform. @throws Refused */
export async function readRegisteredPlatform(
  { records }: Source,
  actor: Actor,
  name: string,
): Promise<RegisteredPlatformView | null> {
  authorise(actor, "register:platform");
  const platform = await findPlatform({ records }, name);
  if (platform === null) return null;
  const { id } = platform;
  const [homes, known, active] = await Promise.all([
    records.$count(databases, and(eq(databases.platformId, id), isNull(databases.removedAt))),
    records.$count(tenants, and(eq(tenants.platformId, id), isNull(tenants.goneAt))),
    records.$count(operations, and(eq(operations.platformId, id), inArray(operations.state, [...CLAIMING]))),
  ]);
  return { id, name, databases: homes, tenants: known, active };
}

export interface RegisteredDatabaseView {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  readonly region: string | null;
  readonly endpoint: string;
  readonly tenants: number;
  readonly active: number;
  /** The roles as the last look found them; null where it found none. */
  readonly runner: string | null;
  readonly planner: string | null;
}

/** A database by its name; null where there is none. @throws Refused */
export async function readRegisteredDatabase(
  { records }: Source,
  actor: Actor,
  platformName: string,
  name: string,
): Promise<RegisteredDatabaseView | null> {
  authorise(actor, "register:platform");
  const platform = await findPlatform({ records }, platformName);
  if (platform === null) return null;
  const [row] = await records
    .select()
    .from(databases)
    .where(and(eq(databases.platformId, platform.id), eq(databases.name, name), isNull(databases.removedAt)));
  if (row === undefined) return null;
  const [[known], active] = await Promise.all([
    records
      .select({ count: count() })
      .from(tenants)
      .where(and(eq(tenants.databaseId, row.id), isNull(tenants.goneAt))),
    records.$count(
      operations,
      and(eq(operations.databaseId, row.id), inArray(operations.state, [...CLAIMING])),
    ),
  ]);
  const health = readHealth(row.health);
  return {
    id: row.id,
    name: row.name,
    platform: platform.name,
    region: row.region,
    endpoint: row.endpoint,
    tenants: known?.count ?? 0,
    active,
    runner: health?.runner?.name ?? null,
    planner: health?.planner?.name ?? null,
  };
}
