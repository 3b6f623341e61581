import { expect, it } from "vitest";
import { coverageOf } from "./coverage.ts";

it("counts what blocks and what warns, and nothing where nobody has looked", () => {
  const findings = ["blocks", "warns", "warns", "notes"].map((severity) => ({ severity, code: "x" }));
  expect(coverageOf({ findings, reachable: true })).toEqual({ blocks: 1, warns: 2 });
  for (const none of [null, {}, { findings: "x" }]) expect(coverageOf(none)).toEqual({ blocks: 0, warns: 0 });
});
