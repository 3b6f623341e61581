/** Events and deliveries in words. */
import type { DeliveryView } from "../../lib/queries/webhooks.ts";
import type { Tone } from "../ui/status.tsx";

const TITLES: Readonly<Record<string, string>> = {
  "review.wanted": "a review is wanted",
  "operation.broke-glass": "glass is broken",
  "operation.succeeded": "an operation succeeds",
  "operation.failed": "an operation fails",
  "operation.unknown": "an operation's outcome is unknown",
  "operation.paused": "an operation is paused",
  "operation.aborted": "an operation is aborted",
  "operation.superseded": "an approved plan has changed",
  "operation.rejected": "a reviewer says no",
  "operation.expired": "an approval or a plan expires",
  "operation.withdrawn": "an operation is withdrawn",
  "tenant.erase": "a finalizer calls it",
};

/** `operation.failed` → "an operation fails"; what has no words stands as it is. */
export function eventTitle(event: string): string {
  return TITLES[event] ?? event;
}

export interface DeliveryLook {
  readonly tone: Tone;
  readonly word: string;
}

export function deliveryLook({ state, tries }: Pick<DeliveryView, "state" | "tries">): DeliveryLook {
  switch (state) {
    case "delivered":
      return { tone: "ok", word: "delivered" };
    case "given_up":
      return { tone: "bad", word: "given up" };
    case "waiting":
      return tries === 0 ? { tone: "live", word: "waits" } : { tone: "warn", word: "will be tried again" };
  }
}
