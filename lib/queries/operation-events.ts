/** Events of an operation as lines that people read. Pure but for the reading. */
import "server-only";
import { and, asc, desc, eq, gt, ne } from "drizzle-orm";
import { operationEvents } from "../records/schema/operation-events.ts";
import { type EventLine, eventLine } from "./event-line.ts";
import type { Source } from "./source.ts";

/** More than a page shows at once; older ones are in the audit trail. */
const AT_MOST = 200;

/** The latest lines, the oldest of them first; states of progress are the plot's and not among them. */
export async function readEventLines({ records }: Source, operationId: string): Promise<EventLine[]> {
  const rows = await records
    .select()
    .from(operationEvents)
    .where(and(eq(operationEvents.operationId, operationId), ne(operationEvents.type, "progress")))
    .orderBy(desc(operationEvents.id))
    .limit(AT_MOST);
  return rows.reverse().map(eventLine);
}

/** The lines after an event, at most so many: for who comes back. */
export async function readEventLinesAfter(
  { records }: Source,
  operationId: string,
  after: number,
): Promise<EventLine[]> {
  const rows = await records
    .select()
    .from(operationEvents)
    .where(
      and(
        eq(operationEvents.operationId, operationId),
        gt(operationEvents.id, after),
        ne(operationEvents.type, "progress"),
      ),
    )
    .orderBy(asc(operationEvents.id))
    .limit(AT_MOST);
  return rows.map(eventLine);
}
