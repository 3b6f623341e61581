/** What is read piece by piece, as far as its statements go. */
import type { Actor } from "../../access/actor.ts";
import { openEventFeed } from "../../engine/event-feed.ts";
import type { Console } from "../../operations/console.ts";
import { exportAudit } from "../audit-export.ts";
import type { AuditQuery } from "../audit-list.ts";
import { streamOperation } from "../operation-stream.ts";

export async function exportOf(console: Console, actor: Actor, query: AuditQuery): Promise<void> {
  for await (const _ of await exportAudit(console, actor, query, "csv")) return;
}

export async function firstOfStream(console: Console, operationId: string): Promise<void> {
  const feed = openEventFeed(console.records);
  const gone = new AbortController();
  const options = { operationId, after: 0, stillAllowed: async () => true, signal: gone.signal };
  const reader = streamOperation(console, feed, options).getReader();
  for (let frame = 0; frame < 3; frame++) await reader.read();
  gone.abort();
  await reader.cancel();
  await feed.close();
}
