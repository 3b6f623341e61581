import { describe, expect, it } from "vitest";
import { tellFailures } from "./failures.ts";

describe("telling what failed at the end of a run", () => {
  it("names each with its file, and says what it said first, without colours and others' stacks", () => {
    const message = [
      "\u001b[31mAssertionError: expected 1 to be 2\u001b[39m",
      "",
      "    at /house/node_modules/chai/chai.js:1:1",
      "    at process.processTicks (node:internal/process/task_queues:1:1)",
      "    at new Promise (<anonymous>)",
      "    at /house/lib/thing.test.ts:7:3",
    ].join("\n");
    const told = tellFailures([
      { file: "lib/thing.test.ts", name: "a thing › holds", message },
      { file: "lint", name: "", message: "one line" },
    ]);
    expect(told.trim().split("\n")).toEqual([
      "What failed:",
      "",
      "  ✗ lib/thing.test.ts › a thing › holds",
      "      AssertionError: expected 1 to be 2",
      "          at /house/lib/thing.test.ts:7:3",
      "",
      "  ✗ lint",
      "      one line",
    ]);
    expect(told.endsWith("\n\n")).toBe(true);
  });

  it("keeps to the first lines, and to a line's beginning", () => {
    const lines = Array.from({ length: 40 }, (_, at) => `line ${at} ${"x".repeat(1000)}`);
    const told = tellFailures([{ file: "a", name: "b", message: lines.join("\n") }]);
    expect(told).toContain("line 11 ");
    expect(told).not.toContain("line 12 ");
    expect(Math.max(...told.split("\n").map((line) => line.length))).toBeLessThan(300);
    expect(told.trimEnd().endsWith("…")).toBe(true);
  });

  it("has nothing to say where nothing failed", () => {
    expect(tellFailures([])).toBe("");
  });
});
