import type { Metadata } from "next";
import { links } from "../../../../../components/links.ts";
import { ExceptionBanner } from "../../../../../components/operation/exception-banner.tsx";
import { GlassBanner } from "../../../../../components/operation/glass-banner.tsx";
import { OperationHeader } from "../../../../../components/operation/operation-header.tsx";
import { gateSubject } from "../../../../../components/plan/gate-link.model.ts";
import { PlanPanel } from "../../../../../components/plan/plan-panel.tsx";
import { CoverageBadge } from "../../../../../components/platform/coverage-badge.tsx";
import { Decisions } from "../../../../../components/review/decisions.tsx";
import { Banner } from "../../../../../components/ui/banner.tsx";
import { ButtonLink } from "../../../../../components/ui/button.tsx";
import { Facts } from "../../../../../components/ui/facts.tsx";
import { Findings } from "../../../../../components/ui/findings.tsx";
import { Hash } from "../../../../../components/ui/hash.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { Time } from "../../../../../components/ui/time.tsx";
import { readReviewView } from "../../../../../lib/queries/review.ts";
import { loadView } from "../../../load-view.ts";
import { ReviewForm } from "./review-form.tsx";
import { SinceThePlan } from "./since-the-plan.tsx";

export const metadata: Metadata = { title: "Review" };

interface ReviewPageProps {
  readonly params: Promise<{ readonly id: string }>;
}

/** A reviewer's page: what would be done, what has changed since it was planned, and the decision under it. */
export default async function ReviewPage({ params }: ReviewPageProps) {
  const { id } = await params;
  const { view } = await loadView((console, actor) => readReviewView(console, actor, id));
  const { operation, look } = view;
  const act = operation.acts.find((each) => each.name === "review");
  const why =
    act === undefined
      ? `It is ${operation.state.replace("_", " ")}: there is nothing to decide.`
      : act.unavailable;
  return (
    <>
      <OperationHeader operation={operation} />
      {operation.glass !== null && <GlassBanner glass={operation.glass} />}
      <ExceptionBanner exceptions={operation.exceptions} />
      <div className="grid max-w-4xl gap-3">
        <Panel title="What is asked for">
          <p className="mb-2 font-medium">{operation.plan.summary}.</p>
          <Facts
            facts={[
              {
                label: "Asked by",
                value: (
                  <>
                    {operation.requestedBy.name}, <Time at={operation.createdAt} />
                  </>
                ),
              },
              { label: "Reason", value: operation.reason ?? "none given" },
              {
                label: "Database",
                value: (
                  <>
                    {operation.database.name} of {operation.platform}{" "}
                    <CoverageBadge platform={operation.platform} coverage={operation.database.coverage} />
                  </>
                ),
              },
              { label: "Digest", value: <Hash value={operation.digest} label="digest" /> },
              { label: "Policy", value: operation.policy },
            ]}
          />
        </Panel>
        {why === null && <SinceThePlan look={look} />}
        {operation.plan.findings.length > 0 && (
          <Panel title="Findings">
            <Findings findings={operation.plan.findings} />
          </Panel>
        )}
        <PlanPanel plan={operation.plan} subject={gateSubject(operation)} />
        {operation.reviews.length > 0 && (
          <Panel title="Reviews so far">
            <Decisions reviews={operation.reviews} />
          </Panel>
        )}
        {why === null ? (
          <ReviewForm
            operationId={operation.id}
            digest={operation.digest}
            phrase={operation.phrase}
            irreversible={operation.plan.effects.some((effect) => effect.reversibility === "irreversible")}
          />
        ) : (
          <Banner tone="warn">
            <p className="font-medium">You cannot review this.</p>
            <p className="mb-2 text-ink">{why}</p>
            <ButtonLink href={links.operation(operation.id)}>Back to the operation</ButtonLink>
          </Banner>
        )}
      </div>
    </>
  );
}
