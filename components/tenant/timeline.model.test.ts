import { expect, it } from "vitest";
import { outcomeInWords } from "./timeline.model.ts";

const AT = new Date("2026-03-04T10:00:00Z");
const later = (seconds: number) => new Date(AT.getTime() + seconds * 1000);

it("says how long a run took once it is over", () => {
  const words = outcomeInWords({ state: "succeeded", startedAt: AT, endedAt: later(192) });
  expect(words.replaceAll("\u00a0", " ")).toBe("succeeded in 3 m 12 s");
});

it("says only the state of what never ran, or still does", () => {
  expect(outcomeInWords({ state: "rejected", startedAt: null, endedAt: AT })).toBe("rejected");
  expect(outcomeInWords({ state: "running", startedAt: AT, endedAt: null })).toBe("running");
});
