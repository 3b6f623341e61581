/** When a platform's migrations are looked at: every few minutes, and at once where somebody asks. */
import { and, asc, eq, exists, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { rolesWith } from "../../access/permissions.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { Refusal } from "../../findings/finding.ts";
import type { Records } from "../../records/client.ts";
import { databases } from "../../records/schema/databases.ts";
import { migrationSurveys } from "../../records/schema/migration-surveys.ts";
import { platforms } from "../../records/schema/platforms.ts";
import type { Console } from "../console.ts";
import { surveyMigrations } from "./survey.ts";

/** In seconds. */
const EVERY = 300;

/** One round: platforms that somebody waits for, and those whose last look is old. How many there were. */
export async function surveyDue(
  console: Pick<Console, "records" | "secrets" | "config" | "engine">,
  signal: AbortSignal,
): Promise<number> {
  const { records } = console;
  const { surveyedAt, wantedAt } = migrationSurveys;
  const hasDatabases = records
    .select({ id: databases.id })
    .from(databases)
    .where(and(eq(databases.platformId, platforms.id), isNull(databases.removedAt)));
  const due = await records
    .select({ id: platforms.id })
    .from(platforms)
    .leftJoin(migrationSurveys, eq(migrationSurveys.platformId, platforms.id))
    .where(
      and(
        isNull(platforms.deregisteredAt),
        exists(hasDatabases),
        or(
          isNull(surveyedAt),
          isNotNull(wantedAt),
          lt(surveyedAt, sql`now() - make_interval(secs => ${EVERY})`),
        ),
      ),
    )
    .orderBy(asc(wantedAt), asc(surveyedAt));
  for (const { id } of due) {
    signal.throwIfAborted();
    try {
      await surveyMigrations(console, id, signal);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const codes = error.findings.map(({ code }) => code);
      console.engine.log("warn", "periodic.refused", { platform: id, codes });
    }
  }
  return due.length;
}

/** Refuses `not-permitted` and `platform-unknown`. Asked twice before a worker has looked, it is done once. */
export async function askSurvey(
  records: Records,
  actor: Actor,
  { platform }: { readonly platform: string },
): Promise<Answer> {
  if (!actor.permissions.has("control:run")) return refuse(notPermitted(platform));
  const [row] = await records
    .select({ id: platforms.id })
    .from(platforms)
    .where(and(eq(platforms.name, platform), isNull(platforms.deregisteredAt)));
  if (row === undefined) return refuse(unknown(platform));
  await records
    .insert(migrationSurveys)
    .values({ platformId: row.id, wantedAt: sql`now()` })
    .onConflictDoUpdate({ target: migrationSurveys.platformId, set: { wantedAt: sql`now()` } });
  return { ok: true };
}

function notPermitted(where: string) {
  const what = "You may not have a platform's migrations looked at.";
  const todo = `Ask somebody who is ${rolesWith("control:run").join(" or ")}.`;
  return { code: "not-permitted", severity: "blocks", where, what, todo } as const;
}

function unknown(where: string) {
  const what = "There is no platform of this name.";
  return { code: "platform-unknown", severity: "blocks", where, what, todo: "Load the page again." } as const;
}
