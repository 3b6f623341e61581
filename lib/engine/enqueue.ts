/** Jobs for operations that wait without one: lost with a queue that was restored, or held back by the brake. */
import { and, asc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { operations } from "../records/schema/operations.ts";
import type { Engine } from "./engine.ts";

/** Sends a job for each that is queued, or runs without a living worker, and has none. Returns their ids. */
export async function enqueueQueued(engine: Engine): Promise<string[]> {
  await engine.queue.ready();
  const rows = await engine.records
    .select({ id: operations.id })
    .from(operations)
    .where(
      and(
        inArray(operations.state, ["queued", "running"]),
        or(isNull(operations.leaseUntil), lt(operations.leaseUntil, sql`now()`)),
      ),
    )
    .orderBy(asc(operations.createdAt), asc(operations.id))
    .limit(1000);
  const waiting = await engine.queue.waiting(rows.map((row) => row.id));
  const sent: string[] = [];
  for (const { id } of rows) {
    if (waiting.has(id)) continue;
    await engine.records.transaction(async (tx) => {
      // Held, so that two sweepers do not both see it without a job.
      const [free] = await tx
        .select({ id: operations.id })
        .from(operations)
        .where(and(eq(operations.id, id), inArray(operations.state, ["queued", "running"])))
        .for("update", { skipLocked: true });
      if (free === undefined || (await engine.queue.waiting([id])).has(id)) return;
      await engine.queue.send(tx, id);
      sent.push(id);
    });
  }
  return sent;
}
