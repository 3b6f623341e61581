/**
 * Drills by the clock: each tenant's newest bundle as often as the policy of its platform says. A round of the worker
 * finds out what is due, then asks for a few of those. A drill that was refused or failed is asked for again a day later.
 */
import { and, asc, count, eq, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
import { SYSTEM_PERSON, systemActor } from "../../access/system-person.ts";
import { requestOperation } from "../../engine/request.ts";
import { CLAIMING } from "../../engine/states.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Records } from "../../records/client.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { databases } from "../../records/schema/databases.ts";
import { drillDues } from "../../records/schema/drill-dues.ts";
import { operations } from "../../records/schema/operations.ts";
import type { Console } from "../console.ts";
import { databaseHealth } from "../health/database-health.ts";
import { bringDrillDuesUpToDate } from "./dues.ts";

/** Scheduled drills that are under way at a time: each is a server, and people's own come first. */
const AT_ONCE = 2;

/** Asks for drills that are due. How many it has asked for. */
export async function askForDueDrills(console: Pick<Console, "records" | "engine">): Promise<number> {
  const { records } = console;
  await bringDrillDuesUpToDate(records);
  const [open] = await records
    .select({ count: count() })
    .from(operations)
    .where(and(eq(operations.requestedBy, SYSTEM_PERSON), inArray(operations.state, [...CLAIMING])));
  const due = await records
    .select()
    .from(drillDues)
    .where(
      and(
        lte(drillDues.dueAt, sql`now()`),
        or(isNull(drillDues.askedAt), lt(drillDues.askedAt, sql`now() - interval '1 day'`)),
      ),
    )
    .orderBy(asc(drillDues.dueAt), asc(drillDues.platformId), asc(drillDues.tenantKey))
    .limit(Math.max(0, AT_ONCE - open!.count));
  for (const each of due) await ask(console, each);
  return due.length;
}

type Due = typeof drillDues.$inferSelect;

async function ask({ records, engine }: Pick<Console, "records" | "engine">, due: Due): Promise<void> {
  const { platformId, tenantKey, bundleId } = due;
  const databaseId = await fittingDatabase(records, due);
  const answer =
    databaseId === null
      ? { ok: false as const, findings: [noDatabase()] }
      : await requestOperation(engine, await systemActor(records), {
          kind: "drill",
          platformId,
          databaseId,
          input: { bundleId },
          reason: "Due by the policy.",
          idempotencyKey: `scheduled drill ${bundleId} ${new Date().toISOString().slice(0, 13)}`,
        });
  const came = answer.ok
    ? { operationId: answer.operationId, findings: [] }
    : { operationId: null, findings: [...answer.findings] };
  await records
    .update(drillDues)
    .set({ askedAt: sql`now()`, ...came })
    .where(and(eq(drillDues.platformId, platformId), eq(drillDues.tenantKey, tenantKey)));
}

/** The one that it was exported from where that is still at its version, else another that is; else the former all the same. */
async function fittingDatabase(records: Records, { platformId, bundleId }: Due): Promise<string | null> {
  const [bundle] = await records
    .select({ fingerprint: bundles.fingerprint, from: operations.databaseId })
    .from(bundles)
    .leftJoin(operations, eq(operations.id, bundles.operationId))
    .where(eq(bundles.id, bundleId));
  const registered = await records
    .select({ id: databases.id, health: databases.health })
    .from(databases)
    .where(and(eq(databases.platformId, platformId), isNull(databases.removedAt)))
    .orderBy(databases.name);
  const home = registered.find(({ id }) => id === bundle?.from);
  const fits = ({ health }: (typeof registered)[number]) =>
    databaseHealth.safeParse(health).data?.ledger?.fingerprint === bundle?.fingerprint;
  const ordered = home === undefined ? registered : [home, ...registered.filter((each) => each !== home)];
  // Its plan says what stands against it there.
  return (ordered.find(fits) ?? home ?? null)?.id ?? null;
}

function noDatabase(): Finding {
  return {
    code: "no-database-at-version",
    severity: "blocks",
    where: "databases",
    what: "No database of the platform is at this bundle's version, so that its schema could be made again.",
    todo: "Export the tenant anew.",
  };
}
