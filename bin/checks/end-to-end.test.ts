import { describe, expect, it } from "vitest";
import { countEndToEnd } from "./end-to-end.ts";

const stats = { expected: 3, unexpected: 0, skipped: 0, flaky: 0 };

describe("counting an end-to-end run's tests", () => {
  it("counts what passed and what failed", () => {
    expect(countEndToEnd({ stats: { ...stats, unexpected: 2 }, errors: [] }, 1)).toEqual({
      passed: 3,
      failed: 2,
    });
  });

  it("takes a skipped and a flaky test for failed ones, and an error outside of any test too", () => {
    const report = { stats: { ...stats, skipped: 1, flaky: 1 }, errors: [{}] };
    expect(countEndToEnd(report, 1)).toEqual({ passed: 3, failed: 3 });
  });

  it("never calls a run good that Playwright itself calls bad", () => {
    expect(countEndToEnd({ stats, errors: [] }, 1)).toEqual({ passed: 3, failed: 1 });
    expect(countEndToEnd(null, 0)).toEqual({ passed: 0, failed: 0 });
    expect(countEndToEnd(null, null)).toEqual({ passed: 0, failed: 1 });
  });
});
