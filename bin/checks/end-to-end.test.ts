import { describe, expect, it } from "vitest";
import { readEndToEnd } from "./end-to-end.ts";

const spec = (title: string, status: string, ...messages: string[]) => ({
  title,
  tests: [{ status, results: [{ errors: messages.map((message) => ({ message })) }] }],
});
const suite = (title: string, specs: readonly ReturnType<typeof spec>[]) => ({
  title,
  file: "pages.spec.ts",
  specs,
});

const GOOD = { ...suite("pages.spec.ts", [spec("opens", "expected")]), suites: [] };

describe("reading how an end-to-end run's tests ended", () => {
  it("counts what passed, and names what failed with what it stands in and what it said", () => {
    const inner = suite("a page", [spec("loads", "expected"), spec("closes", "unexpected", "Error: no")]);
    const suites = [{ ...suite("pages.spec.ts", [spec("opens", "expected")]), suites: [inner] }];
    expect(readEndToEnd({ suites, errors: [] }, 1)).toEqual({
      passed: 2,
      failures: [{ file: "e2e/pages.spec.ts", name: "a page › closes", message: "Error: no" }],
    });
  });

  it("takes a skipped and a flaky test for failed ones, and an error outside of any test too", () => {
    const suites = [
      suite("pages.spec.ts", [spec("skips", "skipped"), spec("wavers", "flaky", "Error: once")]),
    ];
    expect(readEndToEnd({ suites, errors: [{ message: "no set-up" }] }, 1)).toEqual({
      passed: 0,
      failures: [
        { file: "e2e", name: "", message: "no set-up" },
        {
          file: "e2e/pages.spec.ts",
          name: "skips",
          message: "It did not run to its end (skipped); the log above says why.",
        },
        { file: "e2e/pages.spec.ts", name: "wavers", message: "Error: once" },
      ],
    });
  });

  it("never calls a run good that Playwright itself calls bad", () => {
    const ends = ([code, passed, failed]: readonly [number | null, number, number], report: boolean) => {
      const run = readEndToEnd(report ? { suites: [GOOD], errors: [] } : null, code);
      expect([run.passed, run.failures.length]).toEqual([passed, failed]);
    };
    ends([0, 1, 0], true);
    ends([1, 1, 1], true);
    ends([0, 0, 0], false);
    ends([null, 0, 1], false);
  });
});
