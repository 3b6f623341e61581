/** One operation a tenant: who has it, with what, since when. */
import { and, eq, inArray } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import type { RecordsSession } from "../records/client.ts";
import { operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { CLAIMING, stateInWords } from "./states.ts";

/** The finding about the operation that holds the claim, after the unique index has refused a second one. */
export async function tenantBusy(
  session: RecordsSession,
  databaseId: string,
  claim: string,
): Promise<Finding> {
  const [holder] = await session
    .select({
      id: operations.id,
      kind: operations.kind,
      state: operations.state,
      since: operations.createdAt,
      by: persons.name,
    })
    .from(operations)
    .innerJoin(persons, eq(persons.id, operations.requestedBy))
    .where(
      and(
        eq(operations.databaseId, databaseId),
        eq(operations.claim, claim),
        inArray(operations.state, [...CLAIMING]),
      ),
    );
  const who =
    holder === undefined
      ? "Another operation had this tenant a moment ago"
      : `The ${holder.kind} that ${holder.by} asked for at ${holder.since.toISOString()} has this tenant (${stateInWords(holder.state)})`;
  return {
    code: "tenant-busy",
    severity: "blocks",
    where: holder === undefined ? "tenant" : `operation ${holder.id}`,
    what: `${who}; a tenant has one operation at a time.`,
    todo: "Wait until it ends, or have it withdrawn or aborted.",
  };
}
