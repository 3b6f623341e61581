/** Of a tenant whose delete or restore did not come to its end: not all of it may be there, and nobody is let in. */
import { and, eq } from "drizzle-orm";
import type { PlanContext } from "../../engine/contexts.ts";
import type { Gate } from "../../engine/plan.ts";
import { tenants } from "../../records/schema/tenants.ts";
import { openTombstone } from "./tombstones.ts";

type Reach = Pick<PlanContext, "records" | "database">;

/** Before a delete or an export: a delete was stopped on its way, and what it left is no tenant. Empty where none was. */
export async function stoppedGate({ records, database }: Reach, tenantKey: string): Promise<Gate[]> {
  const tombstone = await openTombstone(records, { databaseId: database.id, tenantKey });
  return tombstone?.state === "deleting" ? [stoppedDelete] : [];
}

/** Before a resume: the gate, where it is closed; none where nothing stands against it. */
export async function wholeGate({ records, database }: Reach, tenantKey: string): Promise<Gate[]> {
  const at = { databaseId: database.id, tenantKey };
  const tombstone = await openTombstone(records, at);
  if (tombstone === null) return [];
  if (tombstone.state === "deleting") return [stoppedDelete];
  const [tenant] = await records
    .select({ state: tenants.state })
    .from(tenants)
    .where(and(eq(tenants.databaseId, database.id), eq(tenants.key, tenantKey)));
  return tenant?.state === "restoring" ? [unverified] : [];
}

const gate = { code: "whole", title: "All of it is there", holds: false } as const;

const stoppedDelete: Gate = {
  ...gate,
  detail: "A delete of it was stopped on its way: some of its rows are gone. Restore what is missing first.",
  opens: { title: "Restore what is missing", operation: "restore" },
};

const unverified: Gate = {
  ...gate,
  detail:
    "It was restored, and never proved to be what its bundle holds. Let its restore go on to its end, or have an admin say on the tenant's page that it stays as it is.",
  opens: { title: "To the tenant's page", page: "tenant" },
};
