/** Webhooks and what became of their deliveries; for those who manage policies: an address may hold a token. */
import "server-only";
import { desc, eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { persons } from "../records/schema/persons.ts";
import { webhookDeliveries, webhooks } from "../records/schema/webhooks.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface WebhookView {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  /** The last delivery that was tried; null before the first. */
  readonly last: DeliveryView | null;
}

export interface DeliveryView {
  readonly id: string;
  readonly webhook: string;
  readonly event: string;
  readonly operationId: string | null;
  readonly state: (typeof webhookDeliveries.$inferSelect)["state"];
  readonly tries: number;
  /** What it was answered, or why it was not. */
  readonly lastStatus: string | null;
  readonly triedAt: Date | null;
  readonly nextTryAt: Date | null;
  readonly createdAt: Date;
}

export interface WebhooksView {
  readonly hooks: readonly WebhookView[];
  /** The latest first. */
  readonly deliveries: readonly DeliveryView[];
}

const SHOWN = 50;

/** @throws Refused */
export async function listWebhooks({ records }: Source, actor: Actor): Promise<WebhooksView> {
  authorise(actor, "manage:policy");
  const columns = {
    id: webhookDeliveries.id,
    webhook: webhooks.name,
    webhookId: webhooks.id,
    event: webhookDeliveries.event,
    operationId: webhookDeliveries.operationId,
    state: webhookDeliveries.state,
    tries: webhookDeliveries.tries,
    lastStatus: webhookDeliveries.lastStatus,
    triedAt: webhookDeliveries.triedAt,
    nextTryAt: webhookDeliveries.nextTryAt,
    createdAt: webhookDeliveries.createdAt,
  };
  const [hooks, deliveries] = await Promise.all([
    records
      .select({
        id: webhooks.id,
        name: webhooks.name,
        url: webhooks.url,
        events: webhooks.events,
        enabled: webhooks.enabled,
        createdBy: persons.name,
        createdAt: webhooks.createdAt,
      })
      .from(webhooks)
      .leftJoin(persons, eq(persons.id, webhooks.createdBy))
      .orderBy(webhooks.name, webhooks.id),
    records
      .select(columns)
      .from(webhookDeliveries)
      .innerJoin(webhooks, eq(webhooks.id, webhookDeliveries.webhookId))
      .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.id))
      .limit(SHOWN),
  ]);
  const lasts = await Promise.all(hooks.map((hook) => lastOf(hook.id)));
  return {
    hooks: hooks.map((hook, n) => ({ ...hook, last: lasts[n] ?? null })),
    deliveries,
  };

  async function lastOf(webhookId: string): Promise<DeliveryView | undefined> {
    const [last] = await records
      .select(columns)
      .from(webhookDeliveries)
      .innerJoin(webhooks, eq(webhooks.id, webhookDeliveries.webhookId))
      .where(eq(webhookDeliveries.webhookId, webhookId))
      .orderBy(desc(webhookDeliveries.createdAt))
      .limit(1);
    return last;
  }
}
