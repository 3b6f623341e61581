import { expect, test } from "vitest";
import { deliveryLook, eventTitle } from "./webhook.model.ts";

test("an event is said in words", () => {
  expect(eventTitle("review.wanted")).toBe("a review is wanted");
  expect(eventTitle("operation.failed")).toBe("an operation is failed");
  expect(eventTitle("test")).toBe("test");
});

test("a delivery that has failed once looks other than one that waits for its first try", () => {
  expect(deliveryLook({ state: "waiting", tries: 0 })).toEqual({ tone: "live", word: "waits" });
  expect(deliveryLook({ state: "waiting", tries: 2 }).tone).toBe("warn");
  expect(deliveryLook({ state: "given_up", tries: 12 }).tone).toBe("bad");
});
