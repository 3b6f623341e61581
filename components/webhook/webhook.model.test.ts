import { expect, test } from "vitest";
import { WEBHOOK_EVENTS } from "../../lib/operations/webhooks/events.ts";
import { deliveryLook, eventTitle } from "./webhook.model.ts";

test("every event that can be chosen is said in words", () => {
  expect(WEBHOOK_EVENTS.filter((event) => eventTitle(event) === event)).toEqual([]);
  expect(eventTitle("operation.failed")).toBe("an operation fails");
  expect(eventTitle("test")).toBe("test");
});

test("a delivery that has failed once looks other than one that waits for its first try", () => {
  expect(deliveryLook({ state: "waiting", tries: 0 })).toEqual({ tone: "live", word: "waits" });
  expect(deliveryLook({ state: "waiting", tries: 2 }).tone).toBe("warn");
  expect(deliveryLook({ state: "given_up", tries: 12 }).tone).toBe("bad");
});
