/** Writing down who is to be told, in the transaction of what it is about; the worker tells them afterwards. */
import { eq } from "drizzle-orm";
import type { Announcement } from "../../engine/engine.ts";
import type { DriveQueue } from "../../engine/queue.ts";
import type { RecordsTransaction } from "../../records/client.ts";
import { NOW } from "../../records/clock.ts";
import { newId } from "../../records/id.ts";
import { webhookDeliveries, webhooks } from "../../records/schema/webhooks.ts";
import { payloadOf } from "./events.ts";

/** One delivery a webhook that listens for the event, each with its job. */
export async function announce(
  tx: RecordsTransaction,
  queue: DriveQueue,
  { event, operation }: Announcement,
): Promise<void> {
  const listening = await tx
    .select({ id: webhooks.id, events: webhooks.events })
    .from(webhooks)
    .where(eq(webhooks.enabled, true));
  for (const hook of listening)
    if (hook.events.includes(event)) await addDelivery(tx, queue, hook.id, event, operation);
}

/** Adds a delivery and the job that makes it. */
export async function addDelivery(
  tx: RecordsTransaction,
  queue: DriveQueue,
  webhookId: string,
  event: string,
  operation: Announcement["operation"] | null,
): Promise<string> {
  const id = newId();
  await tx.insert(webhookDeliveries).values({
    id,
    webhookId,
    event,
    operationId: operation?.id ?? null,
    payload: payloadOf(event, operation, new Date()),
    state: "waiting",
    nextTryAt: NOW,
  });
  await queue.tell(tx, id, 0);
  return id;
}
