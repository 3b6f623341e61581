import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./run.ts";
import { readRun } from "./vitest.ts";

const test = (status: string, title: string, ...failureMessages: string[]) => ({
  status,
  title,
  ancestorTitles: ["", "a thing"],
  failureMessages,
});
const file = (status: string, tests: readonly ReturnType<typeof test>[] = [], message = "") => ({
  name: join(ROOT, "lib/thing.test.ts"),
  status,
  message,
  assertionResults: tests,
});

describe("reading how a run's tests ended", () => {
  it("counts what passed, and names what failed with what it stands in and what it said", () => {
    const testResults = [
      file("passed", [test("passed", "one"), test("passed", "two")]),
      file("failed", [test("passed", "three"), test("failed", "four", "Error: no", "Error: nor this")]),
    ];
    expect(readRun({ testResults }, 1)).toEqual({
      passed: 3,
      failures: [
        { file: "lib/thing.test.ts", name: "a thing › four", message: "Error: no\nError: nor this" },
      ],
    });
  });

  it("takes a skipped test for a failed one", () => {
    const { passed, failures } = readRun(
      { testResults: [file("passed", [test("passed", "one"), test("pending", "two")])] },
      0,
    );
    expect(passed).toBe(1);
    expect(failures).toEqual([
      {
        file: "lib/thing.test.ts",
        name: "a thing › two",
        message: "It did not run to its end (pending); the log above says why.",
      },
    ]);
  });

  it("counts a file that fails beside its tests: it did not load, or left a connection open", () => {
    const testResults = [
      file("failed", [], "does not load"),
      file("failed", [test("passed", "one")], "left one open"),
    ];
    const { passed, failures } = readRun({ testResults }, 1);
    expect(passed).toBe(1);
    expect(failures).toEqual(
      ["does not load", "left one open"].map((message) => ({ file: "lib/thing.test.ts", name: "", message })),
    );
  });

  it("never calls a run good that vitest itself calls bad", () => {
    const outside = (end: string) => [
      { file: "vitest", name: "", message: `It ended with ${end}, and no test failed; see above for why.` },
    ];
    const good = { testResults: [file("passed", [test("passed", "one")])] };
    expect(readRun(good, 1)).toEqual({ passed: 1, failures: outside("exit code 1") });
    expect(readRun(null, 1)).toEqual({ passed: 0, failures: outside("exit code 1") });
    expect(readRun(null, null)).toEqual({ passed: 0, failures: outside("a signal") });
  });
});
