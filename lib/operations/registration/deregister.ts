/** Taking a platform or a database off the console's list. Nothing of the platform itself is touched. */
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { CLAIMING } from "../../engine/states.ts";
import { recordAudit } from "../../records/audit.ts";
import type { RecordsTransaction } from "../../records/client.ts";
import { isId } from "../../records/id.ts";
import { databases } from "../../records/schema/databases.ts";
import { operations } from "../../records/schema/operations.ts";
import { platforms } from "../../records/schema/platforms.ts";
import { operationsActive, platformNotThere } from "./findings.ts";
import type { Registering, Registrar } from "./registrar.ts";

/** Refused while an operation of the platform is under way. Its history stays. */
export async function deregisterPlatform(
  { records }: Registrar,
  actor: Registering,
  platformId: string,
): Promise<Answer> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  if (!isId(platformId)) return refuse(platformNotThere());
  return records.transaction(async (tx): Promise<Answer> => {
    const [platform] = await tx
      .select()
      .from(platforms)
      .where(and(eq(platforms.id, platformId), isNull(platforms.deregisteredAt)))
      .for("update");
    if (platform === undefined) return refuse(platformNotThere());
    const active = await countActive(tx, eq(operations.platformId, platformId));
    if (active > 0) return refuse(operationsActive(active));
    await tx.update(platforms).set({ deregisteredAt: sql`now()` }).where(eq(platforms.id, platformId));
    await tx
      .update(databases)
      .set({ removedAt: sql`now()` })
      .where(and(eq(databases.platformId, platformId), isNull(databases.removedAt)));
    await recordAudit(tx, {
      actor,
      action: "platform.deregistered",
      subject: { type: "platform", id: platformId },
      platformId,
      data: { platform: platform.name },
    });
    return { ok: true };
  });
}

/** Refused while an operation in the database is under way. */
export async function removeDatabase(
  { records }: Registrar,
  actor: Registering,
  databaseId: string,
): Promise<Answer> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  if (!isId(databaseId)) return refuse(platformNotThere());
  return records.transaction(async (tx): Promise<Answer> => {
    const [database] = await tx
      .select()
      .from(databases)
      .where(and(eq(databases.id, databaseId), isNull(databases.removedAt)))
      .for("update");
    if (database === undefined) return refuse(platformNotThere());
    const active = await countActive(tx, eq(operations.databaseId, databaseId));
    if (active > 0) return refuse(operationsActive(active));
    await tx.update(databases).set({ removedAt: sql`now()` }).where(eq(databases.id, databaseId));
    await recordAudit(tx, {
      actor,
      action: "database.removed",
      subject: { type: "database", id: databaseId },
      platformId: database.platformId,
      data: { database: database.name },
    });
    return { ok: true };
  });
}

/** Nobody adds one meanwhile: an operation's foreign keys wait for the row that the caller has locked. */
async function countActive(tx: RecordsTransaction, where: ReturnType<typeof eq>): Promise<number> {
  return tx.$count(operations, and(where, inArray(operations.state, [...CLAIMING])));
}
