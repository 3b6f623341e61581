/** What a page says of a run: how fast, whether it moves, and the four answers. */
import { describe, expect, test } from "vitest";
import { answersOf } from "./answers.ts";
import { livenessOf, type SignsOfLife } from "./liveness.ts";
import { rateOf, secondsLeft } from "./rate.ts";
import { OPERATION_STATES } from "./states.ts";
import { freshSteps, gatherResults, hasTouched, isUntouched, untouched } from "./step-record.ts";
import { PLAN } from "./testing/plans.ts";

const NOW = new Date("2026-05-01T10:00:00Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

describe("the rate", () => {
  const sample = (seconds: number, rows: number) => ({ at: seconds * 1000, rows, bytes: rows * 10 });

  test("is that of the last twenty seconds", () => {
    const samples = [sample(0, 0), sample(10, 10_000), sample(20, 11_000), sample(30, 12_000)];
    expect(rateOf(samples)).toEqual({ rowsPerSecond: 100, bytesPerSecond: 1000 });
  });

  test("begins anew where a step begins anew, and is nothing before there are two samples", () => {
    expect(rateOf([])).toBeNull();
    expect(rateOf([sample(0, 5)])).toBeNull();
    expect(rateOf([sample(0, 500), sample(1, 0)])).toBeNull();
    expect(rateOf([sample(0, 500), sample(1, 0), sample(2, 7)])?.rowsPerSecond).toBe(7);
  });

  test("gives the time that is left only where it is known", () => {
    const rate = { rowsPerSecond: 50, bytesPerSecond: 0 };
    expect(secondsLeft(100, 200, rate)).toBe(2);
    expect(secondsLeft(300, 200, rate)).toBe(0);
    expect(secondsLeft(100, null, rate)).toBeNull();
    expect(secondsLeft(100, 200, null)).toBeNull();
    expect(secondsLeft(100, 200, { ...rate, rowsPerSecond: 0 })).toBeNull();
  });
});

describe("the liveness verdict", () => {
  const signs = (set: Partial<SignsOfLife> = {}): SignsOfLife => ({
    state: "running",
    lastEventAt: ago(1),
    heartbeatAt: ago(2),
    progressAt: ago(3),
    throttle: null,
    holding: "tenant acme in eu-1",
    brake: false,
    ...set,
  });

  test.each([
    ["moving", {}, { verdict: "moving" }],
    ["slow by its own word", { throttle: "replica lag" }, { verdict: "slow", signal: "replica lag" }],
    [
      "slow without progress",
      { progressAt: ago(30) },
      { verdict: "slow", signal: "its worker is alive, no row has moved" },
    ],
    [
      "stalled without a heartbeat, even if it said why it was slow",
      { heartbeatAt: ago(60), throttle: "replica lag" },
      { verdict: "stalled", since: ago(60), holding: "tenant acme in eu-1" },
    ],
    [
      "waiting for a worker",
      { state: "queued" },
      { verdict: "waiting", since: ago(1), why: "no worker has taken it up yet" },
    ],
    [
      "held by the brake",
      { state: "queued", brake: true },
      { verdict: "waiting", since: ago(1), why: "the brake is on" },
    ],
    ["not running", { state: "paused", heartbeatAt: ago(99) }, { verdict: "not running" }],
  ] as const)("says %s", (_what, set, verdict) => {
    expect(livenessOf(signs(set), NOW)).toEqual(verdict);
  });
});

describe("a step's record", () => {
  const [step] = freshSteps(PLAN);

  test("knows whether it may have left something behind", () => {
    expect(hasTouched(step!)).toBe(false);
    expect(hasTouched({ ...step!, state: "begun" })).toBe(false);
    expect(hasTouched({ ...step!, state: "begun", effects: 1 })).toBe(true);
    expect(hasTouched({ ...step!, state: "begun", checkpoint: { at: 1 } })).toBe(true);
    for (const state of ["done", "undoing", "unknown"] as const)
      expect(hasTouched({ ...step!, state })).toBe(true);
    expect(hasTouched({ ...step!, state: "undone", effects: 9 })).toBe(false);
  });

  test("is begun anew without what it stored, and keeps how often it was tried", () => {
    const used = {
      ...step!,
      state: "begun" as const,
      attempts: 3,
      effects: 2,
      checkpoint: 1,
      unsettled: ["x"],
    };
    expect(untouched(used, "waiting")).toEqual({ ...step!, attempts: 3 });
    expect(isUntouched([untouched(used, "undone")])).toBe(true);
  });

  test("adds its result to the others'", () => {
    const result = (what: string) => ({
      changed: [what],
      uncertain: [],
      next: [],
      links: { [what]: `/${what}` },
    });
    expect(
      gatherResults([step!, { ...step!, result: result("a") }, { ...step!, result: result("b") }]),
    ).toEqual({
      changed: ["a", "b"],
      uncertain: [],
      next: [],
      links: { a: "/a", b: "/b" },
    });
  });
});

describe("the four answers", () => {
  test.each(OPERATION_STATES)("are all there in the state %s", (state) => {
    const answers = answersOf({
      state,
      kind: "import",
      plan: PLAN,
      steps: freshSteps(PLAN),
      result: ["succeeded", "failed", "aborted", "paused", "unknown"].includes(state)
        ? { sentence: "So it ended.", changed: [], uncertain: [], next: [], links: {}, ending: null }
        : null,
      wish: null,
      reviewsNeeded: 1,
    });
    expect(answers.asked).toBe("Import Acme");
    for (const lines of [answers.changed, answers.uncertain, answers.next]) {
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("say what the run itself said", () => {
    const answers = answersOf({
      state: "failed",
      kind: "import",
      plan: PLAN,
      steps: [],
      result: {
        sentence: "It was refused. Nothing was changed.",
        changed: [],
        uncertain: ["The file may be there."],
        next: ["Look into the store."],
        links: {},
        ending: null,
      },
      wish: null,
      reviewsNeeded: 0,
    });
    expect(answers).toEqual({
      asked: "Import Acme",
      changed: ["It was refused. Nothing was changed."],
      uncertain: ["The file may be there."],
      next: ["Look into the store."],
    });
  });
});
