import { expect, test } from "vitest";
import { OPERATION_STATES } from "../../lib/records/schema/operations.ts";
import { type StagesOf, stagesOf } from "./stages.model.ts";

const AT = new Date("2026-03-04T10:02:00Z");

const operation = (over: Partial<StagesOf>): StagesOf => ({
  state: "in_review",
  createdAt: AT,
  plannedAt: AT,
  approvedAt: null,
  startedAt: null,
  endedAt: null,
  gates: [{ code: "g", title: "G", holds: true, detail: "" }],
  reviewsNeeded: 1,
  approvals: 0,
  rejectedBy: null,
  glassBrokenBy: null,
  steps: { done: 0, total: 2 },
  ...over,
});

const states = (over: Partial<StagesOf>) => stagesOf(operation(over)).map((stage) => stage.state);

test("in review, what came before is done and what comes after waits", () => {
  expect(states({})).toEqual(["done", "done", "now", "waiting", "waiting"]);
});

test("what passes by policy skips its review, and says so", () => {
  const stages = stagesOf(operation({ state: "running", reviewsNeeded: 0, approvedAt: AT, startedAt: AT }));
  expect(stages.map((stage) => stage.state)).toEqual(["done", "done", "skipped", "now", "waiting"]);
  expect(stages[2]!.detail).toContain("policy");
});

test("broken glass stands where the review would", () => {
  const [, , review] = stagesOf(operation({ state: "running", glassBrokenBy: "Ada", approvedAt: AT }));
  expect(review).toMatchObject({ state: "skipped", detail: "Skipped: Ada broke glass." });
});

test("each bad end is shown where it happened", () => {
  expect(states({ state: "rejected", endedAt: AT })).toEqual([
    "done",
    "done",
    "stopped",
    "skipped",
    "stopped",
  ]);
  expect(states({ state: "superseded", approvedAt: AT })).toEqual([
    "stopped",
    "done",
    "done",
    "skipped",
    "stopped",
  ]);
  expect(states({ state: "failed", approvedAt: AT, startedAt: AT })).toEqual([
    "done",
    "done",
    "done",
    "stopped",
    "stopped",
  ]);
  expect(states({ state: "withdrawn" })).toEqual(["done", "done", "skipped", "skipped", "stopped"]);
});

test("only what succeeded ends with a proof", () => {
  for (const state of OPERATION_STATES) {
    const last = stagesOf(operation({ state })).at(-1)!;
    expect([state, last.state === "done"]).toEqual([state, state === "succeeded"]);
  }
});
