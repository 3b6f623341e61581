import { describe, expect, test } from "vitest";
import { CLAIMING, MOVERS, MOVES, mayMove, OPERATION_STATES, stageOf, stateInWords } from "./states.ts";

/** Every legal move, written down a second time: whoever changes the table says so here too. */
const LEGAL = `
planned → planned: requester
planned → in_review: requester policy
planned → approved: policy
planned → expired: sweeper
planned → withdrawn: requester controller
in_review → planned: requester
in_review → approved: reviewer breaker
in_review → rejected: reviewer
in_review → withdrawn: requester controller
approved → queued: policy
approved → expired: sweeper
approved → withdrawn: requester controller
queued → in_review: worker
queued → running: worker
queued → failed: worker
queued → superseded: worker
queued → expired: worker sweeper
queued → withdrawn: requester controller
running → paused: worker
running → succeeded: worker
running → failed: worker
running → aborted: worker
running → unknown: worker
paused → queued: controller
failed → queued: controller
unknown → paused: worker
unknown → succeeded: worker
unknown → failed: worker
superseded → planned: requester
expired → planned: requester`
  .trim()
  .split("\n");

describe("the states of an operation", () => {
  test("move as they should: all pairs, all movers", () => {
    const legal = OPERATION_STATES.flatMap((from) =>
      OPERATION_STATES.flatMap((to) => {
        const movers = MOVERS.filter((mover) => mayMove(from, to, mover));
        return movers.length > 0 ? [`${from} → ${to}: ${movers.join(" ")}`] : [];
      }),
    );
    expect(legal).toEqual(LEGAL);
    expect(OPERATION_STATES.length ** 2).toBe(196);
  });

  test("all of them can be reached from the first, and only ends have no way out", () => {
    const reached = new Set(["planned"]);
    for (const state of reached) for (const to of Object.keys(MOVES[state as "planned"])) reached.add(to);
    expect([...reached].sort()).toEqual([...OPERATION_STATES].sort());
    const ends = OPERATION_STATES.filter((state) => Object.keys(MOVES[state]).length === 0);
    expect(ends).toEqual(["succeeded", "aborted", "rejected", "withdrawn"]);
  });

  test("hold the tenant exactly while something may still come of them", () => {
    for (const state of OPERATION_STATES) {
      const holds = stageOf(state) !== "over";
      expect(CLAIMING.includes(state), state).toBe(holds);
    }
  });

  test("never run without an approval, and are never called failed where nobody knows", () => {
    const before = OPERATION_STATES.filter((from) => Object.keys(MOVES[from]).includes("running"));
    expect(before).toEqual(["queued"]);
    const queued = OPERATION_STATES.filter((from) => Object.keys(MOVES[from]).includes("queued"));
    expect(queued).toEqual(["approved", "paused", "failed"]);
    expect(stateInWords("in_review")).toBe("in review");
  });
});
