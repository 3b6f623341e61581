/** What can be heard of outside, and what is told of it. Pure. */
import type { Announcement } from "../../engine/engine.ts";

/** What only a delete's finalizer calls a webhook with: nobody announces it. */
export const ERASE_EVENT = "tenant.erase";

/** As `engine.announce` names them, and what finalizers are called with. */
export const WEBHOOK_EVENTS = [
  "review.wanted",
  "operation.broke-glass",
  "operation.succeeded",
  "operation.failed",
  "operation.unknown",
  "operation.paused",
  "operation.aborted",
  "operation.superseded",
  "operation.rejected",
  "operation.expired",
  "operation.withdrawn",
  ERASE_EVENT,
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Sent by a person to see whether it arrives; every webhook gets it. */
export const TEST_EVENT = "test";

export interface WebhookPayload {
  readonly event: string;
  /** ISO 8601. */
  readonly at: string;
  /** Ids and states alone: no tenant's name, no person, no reason. Null for a test. */
  readonly operation: {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly platformId: string;
  } | null;
}

export function payloadOf(
  event: string,
  operation: Announcement["operation"] | null,
  at: Date,
): WebhookPayload {
  if (operation === null) return { event, at: at.toISOString(), operation: null };
  const { id, kind, state, platformId } = operation;
  return { event, at: at.toISOString(), operation: { id, kind, state, platformId } };
}
