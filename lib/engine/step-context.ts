/** What a step is handed: the run's record, its watch and its connections, as the interface that operations know. */
import type { Finding } from "../findings/finding.ts";
import { Refusal } from "../findings/finding.ts";
import type { StepContext } from "./contexts.ts";
import type { Engine } from "./engine.ts";
import { findingEvents } from "./events.ts";
import { interruptIn, OutcomeUnknown } from "./interrupts.ts";
import { leavesDoubt } from "./passing.ts";
import type { OperationPlan } from "./plan.ts";
import type { Registered } from "./registered.ts";
import { RecordsLost, type RunRecord } from "./run-record.ts";
import { type StepRecord, standingFindings } from "./step-record.ts";
import type { Watch } from "./watch.ts";

export interface StepHands {
  readonly engine: Engine;
  readonly registered: Registered;
  readonly requestedBy: string;
  readonly input: unknown;
  readonly plan: OperationPlan;
  readonly record: RunRecord;
  /** What the run is taken back for; grows. */
  readonly because: Finding[];
}

/** The context of one step under one watch. Its database address is opened here, and nowhere kept. */
export async function stepContext(hands: StepHands, name: string, watch: Watch): Promise<StepContext> {
  const { engine, registered, record } = hands;
  const { runner } = engine.connectionStrings(registered.row);
  const signer = await engine.signer();
  const side = engine.sideEffect;
  let reportedAt = performance.now();
  return {
    records: engine.records,
    platform: registered.platform,
    database: registered.database,
    requestedBy: hands.requestedBy,
    signal: watch.signal,
    store: engine.store,
    operationId: record.lease.operationId,
    input: hands.input,
    plan: hands.plan,
    runnerUrl: runner,
    epoch: record.lease.epoch,
    signer,
    get checkpoint() {
      return record.step(name).checkpoint;
    },
    get unsettled() {
      return record.step(name).unsettled;
    },
    save: (checkpoint) =>
      side(`save checkpoint of ${name}`, () => record.change(name, (step) => ({ ...step, checkpoint }))),
    async effect(effect, act) {
      await side(`store intent of ${effect}`, () => record.change(name, begun(effect)));
      let outcome: Awaited<ReturnType<typeof act>>;
      try {
        outcome = await side(effect, act);
      } catch (error) {
        if (!mayHaveHappened(error)) await record.change(name, settled(effect));
        throw error;
      }
      await side(`store outcome of ${effect}`, () => record.change(name, settled(effect)));
      return outcome;
    },
    progress(progress) {
      const now = performance.now();
      engine.observeBatch(hands.plan.kind, name, (now - reportedAt) / 1000);
      reportedAt = now;
      record.progress(progress);
    },
    async find(findings) {
      await record.change(name, (step) => ({ ...step, found: [...(step.found ?? []), ...findings] }));
      await record.set(
        { findings: standingFindings(hands.plan, record.steps(), hands.because) },
        findingEvents(findings),
      );
    },
    breathe: () => watch.breathe(),
    async result({ changed, uncertain = [], next = [], links = {} }) {
      await record.change(name, (step) => ({ ...step, result: { changed, uncertain, next, links } }));
    },
  };
}

/** An intent that a crash left open is the same effect begun again: it stands once. */
function begun(effect: string): (step: StepRecord) => StepRecord {
  return (step) => ({
    ...step,
    effects: step.effects + 1,
    unsettled: [...step.unsettled.filter((each) => each !== effect), effect],
  });
}

function settled(effect: string): (step: StepRecord) => StepRecord {
  return (step) => ({ ...step, unsettled: step.unsettled.filter((each) => each !== effect) });
}

function mayHaveHappened(error: unknown): boolean {
  if (error instanceof OutcomeUnknown || error instanceof RecordsLost) return true;
  if (error instanceof Refusal || interruptIn(error) !== null) return false;
  return leavesDoubt(error);
}
