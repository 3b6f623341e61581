import { describe, expect, it } from "vitest";
import { count } from "./vitest.ts";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe("counting a run's tests", () => {
  it("counts what passed and what failed", () => {
    const report = { testResults: [file("passed", "passed", "passed"), file("failed", "passed", "failed")] };
    expect(count(report, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it("takes a skipped test for a failed one", () => {
    expect(count({ testResults: [file("passed", "passed", "pending")] }, 0)).toEqual({
      passed: 1,
      failed: 1,
    });
  });

  it("counts a file that fails beside its tests: it did not load, or left a connection open", () => {
    const report = { testResults: [file("failed"), file("failed", "passed")] };
    expect(count(report, 1)).toEqual({ passed: 1, failed: 2 });
  });

  it("never calls a run good that vitest itself calls bad", () => {
    expect(count({ testResults: [file("passed", "passed")] }, 1)).toEqual({ passed: 1, failed: 1 });
    expect(count(null, 1)).toEqual({ passed: 0, failed: 1 });
    expect(count(null, null)).toEqual({ passed: 0, failed: 1 });
  });
});
