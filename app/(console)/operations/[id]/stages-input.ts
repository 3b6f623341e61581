import type { StagesOf } from "../../../../components/operation/stages.model.ts";
import type { OperationView } from "../../../../lib/queries/operation.ts";

/** What the timeline needs to know of an operation's page. */
export function stagesInput(view: OperationView): StagesOf {
  // A superseded operation has the new plan already: its approvals are of the former one.
  const current = view.reviews.filter((review) => review.current || view.state === "superseded");
  return {
    state: view.state,
    createdAt: view.createdAt,
    plannedAt: view.plannedAt,
    approvedAt: view.approvedAt,
    startedAt: view.startedAt,
    endedAt: view.endedAt,
    gates: view.plan.gates,
    reviewsNeeded: view.reviewsNeeded,
    approvals: current.filter((review) => review.decision === "approve" && !review.revoked).length,
    rejectedBy: current.find((review) => review.decision === "reject")?.reviewer ?? null,
    glassBrokenBy: view.glass?.by ?? null,
    steps: {
      done: view.steps.filter((step) => step.state === "done").length,
      total: view.steps.length,
    },
  };
}
