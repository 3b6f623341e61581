/** Events and deliveries in words. */
import type { DeliveryView } from "../../lib/queries/webhooks.ts";
import type { Tone } from "../ui/status.tsx";

/** `operation.broke-glass` → "glass broken"; the rest by their state. */
export function eventTitle(event: string): string {
  if (event === "review.wanted") return "a review is wanted";
  if (event === "operation.broke-glass") return "glass is broken";
  return event.startsWith("operation.") ? `an operation is ${event.slice("operation.".length)}` : event;
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
      return tries === 0 ? { tone: "live", word: "waits" } : { tone: "warn", word: "tried again soon" };
  }
}
