/** What a registered database is called here: its id, its credentials and whatever was planned on it stay as they are. */
import { and, eq, isNull, ne } from "drizzle-orm";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { recordAudit } from "../../records/audit.ts";
import { isId } from "../../records/id.ts";
import { databases } from "../../records/schema/databases.ts";
import { platforms } from "../../records/schema/platforms.ts";
import { databaseNameTaken, platformNotThere } from "./findings.ts";
import type { Registering, Registrar } from "./registrar.ts";

/** Refuses `not-permitted`, `platform-not-found`, `database-name-taken` (also for an empty one). */
export async function renameDatabase(
  { records }: Pick<Registrar, "records">,
  actor: Registering,
  wish: { readonly databaseId: string; readonly name: string },
): Promise<Answer<{ platform: string; name: string }>> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  if (!isId(wish.databaseId)) return refuse(platformNotThere());
  const name = wish.name.trim();
  if (name === "") return refuse(databaseNameTaken(""));
  return records.transaction(async (tx): Promise<Answer<{ platform: string; name: string }>> => {
    // The platform's row is what two who name databases of it at once wait for.
    const [found] = await tx
      .select({ database: databases, platform: platforms.name })
      .from(databases)
      .innerJoin(platforms, eq(platforms.id, databases.platformId))
      .where(and(eq(databases.id, wish.databaseId), isNull(databases.removedAt)))
      .for("update");
    if (found === undefined) return refuse(platformNotThere());
    const { database, platform } = found;
    if (database.name === name) return { ok: true, platform, name };
    const others = and(
      eq(databases.platformId, database.platformId),
      eq(databases.name, name),
      ne(databases.id, database.id),
      isNull(databases.removedAt),
    );
    if ((await tx.$count(databases, others)) > 0) return refuse(databaseNameTaken(name));
    await tx.update(databases).set({ name }).where(eq(databases.id, database.id));
    await recordAudit(tx, {
      actor,
      action: "database.renamed",
      subject: { type: "database", id: database.id },
      platformId: database.platformId,
      data: { from: database.name, to: name },
    });
    return { ok: true, platform, name };
  });
}
