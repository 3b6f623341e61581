/** What people have confirmed of a tenant's finalizers: the latest of each. */
import { and, desc, eq, inArray } from "drizzle-orm";
import type { StepContext } from "../../engine/contexts.ts";
import type { RecordsSession } from "../../records/client.ts";
import { persons } from "../../records/schema/persons.ts";
import { type FinalizerRecord, finalizerConfirmations } from "../../records/schema/tombstones.ts";

export async function confirmedFinalizers(
  session: RecordsSession,
  { platform, database, plan }: Pick<StepContext, "platform" | "database" | "plan">,
): Promise<FinalizerRecord[]> {
  const names = platform.file.finalizers.filter(({ kind }) => kind === "manual").map(({ name }) => name);
  if (names.length === 0) return [];
  const rows = await session
    .selectDistinctOn([finalizerConfirmations.finalizer], {
      name: finalizerConfirmations.finalizer,
      at: finalizerConfirmations.createdAt,
      by: persons.name,
    })
    .from(finalizerConfirmations)
    .innerJoin(persons, eq(persons.id, finalizerConfirmations.personId))
    .where(
      and(
        eq(finalizerConfirmations.databaseId, database.id),
        eq(finalizerConfirmations.tenantKey, plan.tenant.key!),
        inArray(finalizerConfirmations.finalizer, names),
      ),
    )
    .orderBy(finalizerConfirmations.finalizer, desc(finalizerConfirmations.createdAt));
  return rows.map(({ name, at, by }) => ({ name, kind: "manual", at: at.toISOString(), by }));
}
