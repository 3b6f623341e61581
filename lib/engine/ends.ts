/** How a run leaves `running`: each end is one transition with its sentence. */
import { blocks, type Finding, toldOnce } from "../findings/finding.ts";
import { NOW } from "../records/clock.ts";
import type { OperationRow } from "./engine.ts";
import { findingEvents } from "./events.ts";
import { LeaseLost } from "./interrupts.ts";
import { RELEASED } from "./lease.ts";
import type { StepHands } from "./step-context.ts";
import {
  gatherResults,
  hasTouched,
  isUntouched,
  type OperationResult,
  type StepRecord,
  type StepResult,
  standingFindings,
} from "./step-record.ts";
import { consoleActor, moveOperation } from "./transition.ts";

export type End = "paused" | "succeeded" | "failed" | "aborted" | "unknown";

export interface Ending {
  readonly to: End;
  readonly sentence: string;
  readonly findings?: readonly Finding[];
  readonly uncertain?: readonly string[];
  readonly next?: readonly string[];
  /** A rollback is not over yet. */
  readonly ending?: "failed" | "aborted" | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Ends the driving. @throws LeaseLost where another worker has the run by now */
export async function endRun(hands: StepHands, row: OperationRow, ending: Ending): Promise<OperationRow> {
  const { engine, record, because } = hands;
  await record.settle();
  const gathered = gatherResults(record.steps());
  const stoppedBy = ending.findings ?? [];
  const all = toldOnce([...standingFindings(hands.plan, record.steps(), because), ...stoppedBy]);
  const result: OperationResult = {
    sentence: ending.sentence,
    changed: gathered.changed,
    uncertain: [...gathered.uncertain, ...(ending.uncertain ?? [])],
    next: [...(ending.next ?? []), ...gathered.next],
    links: gathered.links,
    ending: ending.ending ?? null,
    ...(ending.ending == null ? {} : { because }),
  };
  const codes = [...new Set(all.filter((finding) => blocks([finding])).map(({ code }) => code))];
  const moved = await engine.sideEffect(`move to ${ending.to}`, () =>
    engine.records.transaction((tx) =>
      moveOperation(engine, tx, row, {
        to: ending.to,
        by: "worker",
        actor: consoleActor("worker"),
        epoch: record.lease.epoch,
        set: {
          ...RELEASED,
          ...(ending.to === "unknown" ? {} : { wish: null, wishedBy: null }),
          steps: record.steps(),
          findings: all,
          result,
          endedAt: ending.to === "paused" || ending.to === "unknown" ? null : NOW,
        },
        events: findingEvents(stoppedBy),
        data: { ...ending.data, ...(codes.length > 0 ? { codes } : {}) },
      }),
    ),
  );
  if (moved === null) throw new LeaseLost();
  engine.log(ending.to === "succeeded" ? "info" : "warn", `operation.${ending.to}`, {
    operation: row.id,
    kind: row.kind,
    epoch: record.lease.epoch,
    seconds: row.startedAt === null ? null : (Date.now() - row.startedAt.getTime()) / 1000,
    codes,
  });
  return moved;
}

/** What is true after everything that can be taken back was: nothing is left, or this is. */
export function afterRollback(steps: readonly StepRecord[]): { sentence: string; left: StepResult } {
  const undone = steps.filter((step) => step.state === "undone" && step.attempts > 0);
  const left = steps.filter(hasTouched);
  if (isUntouched(steps))
    return {
      sentence:
        undone.length === 0 ? "Nothing was changed." : "What was done was taken back: nothing is changed.",
      left: gatherResults([]),
    };
  const names = left.map((step) => step.title).join(", ");
  return {
    sentence: `What can be taken back was taken back. This stays: ${names}.`,
    left: gatherResults(left),
  };
}
