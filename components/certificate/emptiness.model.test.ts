import { expect, it } from "vitest";
import { referenceInWords, tableInWords } from "./emptiness.model.ts";

it("says of a table how many rows are left, or that it is gone", () => {
  expect(tableInWords({ byPath: 0, byKey: null })).toBe("0");
  expect(tableInWords({ byPath: 2, byKey: 1 })).toBe("3");
  expect(tableInWords({ byPath: null, byKey: null })).toBe("gone with its schema");
});

it("says of a reference what was counted, what was left on purpose, what a constraint proves, and what nobody knows", () => {
  expect(referenceInWords({ rows: 0, left: false })).toBe("0");
  expect(referenceInWords({ rows: 0, left: true })).toBe("0");
  expect(referenceInWords({ rows: 3, left: true })).toContain("left by the plan's answer");
  expect(referenceInWords({ rows: 0, byConstraint: true, left: false })).toContain("its constraint holds");
  expect(referenceInWords({ rows: null, left: false })).toContain("not known");
});
