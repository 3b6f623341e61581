/** Who hears of a move: reviewers that they are wanted, the requester what came of it, and who listens outside. */
import { SYSTEM_PERSON } from "../access/system-person.ts";
import type { AuditActor } from "../records/audit.ts";
import type { RecordsTransaction } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { notices } from "../records/schema/notices.ts";
import type { Engine, OperationRow } from "./engine.ts";
import { peopleWith } from "./people.ts";
import type { OperationState } from "./states.ts";

/** Ends and stops that the requester waits for; what they did themselves is no news to them. */
const OUTCOMES: ReadonlySet<OperationState> = new Set([
  "succeeded",
  "failed",
  "aborted",
  "unknown",
  "paused",
  "superseded",
  "rejected",
  "expired",
  "withdrawn",
]);

/** In the transaction of the move that `row` has just made. */
export async function writeNotices(
  engine: Engine,
  tx: RecordsTransaction,
  row: OperationRow,
  actor: AuditActor,
): Promise<void> {
  if (row.state === "in_review") {
    await notify(tx, row.id, "review-wanted", await peopleWith(tx, "review", row.requestedBy));
    await engine.announce(tx, { event: "review.wanted", operation: row });
  }
  if (!OUTCOMES.has(row.state)) return;
  // Nobody reads what the schedule is told; what failed stands on the Overview.
  if (![actor.personId, SYSTEM_PERSON].includes(row.requestedBy))
    await notify(tx, row.id, "outcome", [row.requestedBy]);
  await engine.announce(tx, { event: `operation.${row.state}`, operation: row });
}

export async function notify(
  tx: RecordsTransaction,
  operationId: string,
  type: "review-wanted" | "outcome" | "broke-glass",
  people: readonly string[],
): Promise<void> {
  if (people.length === 0) return;
  await tx.insert(notices).values(people.map((personId) => ({ id: newId(), personId, type, operationId })));
}
