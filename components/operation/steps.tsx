import type { OperationPlan } from "../../lib/engine/plan.ts";
import type { StepRecord, StepState } from "../../lib/engine/step-record.ts";
import { ReversibilityWord } from "../plan/plan-effects.tsx";
import { Status, type Tone } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";

const LOOK: Readonly<Record<StepState, { readonly tone: Tone; readonly word: string }>> = {
  waiting: { tone: "idle", word: "to come" },
  begun: { tone: "live", word: "begun" },
  done: { tone: "ok", word: "done" },
  undoing: { tone: "warn", word: "being taken back" },
  undone: { tone: "idle", word: "taken back" },
  unknown: { tone: "bad", word: "unknown" },
};

export interface StepsProps {
  readonly plan: OperationPlan;
  readonly steps: readonly StepRecord[];
}

/** The steps of a run, each with whether it can be taken back, and how often it was begun. */
export function Steps({ plan, steps }: StepsProps) {
  return (
    <ol className="flex flex-col gap-2">
      {steps.map((step, index) => {
        const { tone, word } = LOOK[step.state];
        const planned = plan.steps.find((each) => each.name === step.name);
        return (
          <li key={step.name} className="flex gap-2">
            <span className="w-4 shrink-0 text-right text-ink-soft">{index + 1}</span>
            <div className="min-w-0">
              <p className="flex flex-wrap items-baseline gap-x-3">
                <span className="font-medium">{step.title}</span>
                <Status tone={tone}>{word}</Status>
                {planned !== undefined && <ReversibilityWord of={planned.reversibility} />}
              </p>
              <p className="flex flex-wrap gap-x-3 text-ink-soft">
                {step.startedAt !== null && (
                  <span>
                    <Time at={step.startedAt} precision="second" />
                    {step.endedAt !== null && (
                      <>
                        {" – "}
                        <Time at={step.endedAt} precision="second" />
                      </>
                    )}
                  </span>
                )}
                {step.attempts > 1 && <span>begun {step.attempts} times</span>}
                {step.unsettled.length > 0 && (
                  <span className="text-warn">not known yet: {step.unsettled.join(", ")}</span>
                )}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
