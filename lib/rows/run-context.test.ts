import { expect, test } from "vitest";
import { unlessExceeded } from "./run-context.ts";

test("an estimate holds until there are more rows than that", () => {
  expect([0, 9, 10, 11].map((rows) => unlessExceeded(10, rows))).toEqual([10, 10, 10, null]);
  expect(unlessExceeded(null, 3)).toBeNull();
});
