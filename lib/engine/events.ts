/**
 * What happens in an operation, in order. An event is written by a transaction that holds its operation's row, so
 * the ids of one operation's events are committed in their order, and "everything after id N" misses nothing.
 */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import type { RecordsSession } from "../records/client.ts";
import { operationEvents } from "../records/schema/operation-events.ts";

export type EventType = "state" | "step" | "progress" | "finding" | "note";

export interface NewEvent {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface OperationEvent extends NewEvent {
  readonly id: number;
  readonly operationId: string;
  readonly at: Date;
}

/** What was found, for whoever follows the operation, and for good: a page shows findings only as long as they hold. */
export function findingEvents(findings: readonly Finding[]): NewEvent[] {
  return findings.map((finding) => ({ type: "finding", data: { ...finding } }));
}

/** Adds events in a transaction that has written to, or locked, the operation's row. */
export async function appendEvents(
  tx: RecordsSession,
  operationId: string,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await tx
    .insert(operationEvents)
    .values(events.map((event) => ({ operationId, at: sql`clock_timestamp()`, ...event })));
}

/** Events of one operation after an id, oldest first, at most so many. */
export async function readEvents(
  session: RecordsSession,
  operationId: string,
  after: number,
  limit = 500,
): Promise<OperationEvent[]> {
  const rows = await session
    .select()
    .from(operationEvents)
    .where(and(eq(operationEvents.operationId, operationId), gt(operationEvents.id, after)))
    .orderBy(asc(operationEvents.id))
    .limit(limit);
  return rows as OperationEvent[];
}
