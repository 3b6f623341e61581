import type { OperationPlan } from "../../lib/engine/plan.ts";
import { Panel } from "../ui/panel.tsx";
import { planSize } from "./effects.model.ts";
import type { GateSubject } from "./gate-link.model.ts";
import { Gates } from "./gates.tsx";
import { PlanEffects } from "./plan-effects.tsx";
import { PlanSize } from "./plan-size.tsx";

export interface PlanPanelProps {
  readonly plan: OperationPlan;
  /** Whose gates they are, for the way to what opens them. */
  readonly subject: GateSubject;
  /** Closed from the start: once it has run, what came of it is more. */
  readonly folded?: boolean;
}

/** A plan: what it would do, what must hold, how far back there is a way. */
export function PlanPanel({ plan, subject, folded = false }: PlanPanelProps) {
  const body = (
    <div className="flex flex-col gap-4">
      <PlanEffects effects={plan.effects} />
      {plan.gates.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium">Gates</h3>
          <Gates gates={plan.gates} subject={subject} />
        </section>
      )}
      <section>
        <h3 className="mb-1 font-medium">Limits of rollback</h3>
        <p className="max-w-prose text-ink-soft">{plan.rollback}</p>
      </section>
    </div>
  );
  return (
    <Panel title="Plan" aside={<PlanSize size={planSize(plan)} />}>
      {folded ? (
        <details>
          <summary className="text-ink-soft hover:text-ink">{plan.summary}</summary>
          <div className="mt-3">{body}</div>
        </details>
      ) : (
        body
      )}
    </Panel>
  );
}
