import type { Metadata } from "next";
import { Changes } from "../../../../components/diff/changes.tsx";
import { links } from "../../../../components/links.ts";
import { Answers } from "../../../../components/operation/answers.tsx";
import { ExceptionBanner } from "../../../../components/operation/exception-banner.tsx";
import { GlassBanner } from "../../../../components/operation/glass-banner.tsx";
import { OperationFacts } from "../../../../components/operation/operation-facts.tsx";
import { OperationHeader } from "../../../../components/operation/operation-header.tsx";
import { ResultLinks } from "../../../../components/operation/result-links.tsx";
import { stagesOf } from "../../../../components/operation/stages.model.ts";
import { Stages } from "../../../../components/operation/stages.tsx";
import { Steps } from "../../../../components/operation/steps.tsx";
import { gateSubject } from "../../../../components/plan/gate-link.model.ts";
import { PlanPanel } from "../../../../components/plan/plan-panel.tsx";
import { ProposedFindings } from "../../../../components/platform/proposed-findings.tsx";
import { LiveProgress } from "../../../../components/progress/live-progress.tsx";
import { Decisions } from "../../../../components/review/decisions.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { type OperationView, readOperationView } from "../../../../lib/queries/operation.ts";
import { loadView } from "../../load-view.ts";
import { ActsPanel } from "./acts-panel.tsx";
import { AbortPanel, GlassPanel, NoteForm, SendPanel } from "./ask-panel.tsx";
import { stagesInput } from "./stages-input.ts";

export const metadata: Metadata = { title: "Operation" };

interface OperationPageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<{ readonly act?: string | string[] }>;
}

/** One operation, from its plan to its end: the same page for every kind and every state. */
export default async function OperationPage({ params, searchParams }: OperationPageProps) {
  const [{ id }, { act }] = await Promise.all([params, searchParams]);
  const { view, actor } = await loadView((console, actor) => readOperationView(console, actor, id));
  const noteDue = view.glass !== null && view.glass.note === null && actor.permissions.has("break-glass");
  const found = view.findings.length > 0 ? view.findings : view.plan.findings;
  const ran = view.startedAt !== null;
  return (
    <>
      <OperationHeader operation={view} />
      {view.glass !== null && <GlassBanner glass={view.glass} />}
      <ExceptionBanner exceptions={view.exceptions} />
      <Asked operation={view} act={typeof act === "string" ? act : null} />
      <div className="grid items-start gap-3 lg:grid-cols-[15rem_minmax(0,1fr)] xl:grid-cols-[15rem_minmax(0,1fr)_24rem]">
        <Panel title="Timeline">
          <Stages stages={stagesOf(stagesInput(view))} />
        </Panel>
        <div className="grid gap-3">
          <LiveProgress
            url={links.operationEvents(view.id)}
            live={view.live}
            lines={view.events}
            effects={view.plan.effects}
            exact={view.plan.exact}
          >
            <Panel title="In four answers" aside={<ResultLinks operation={view} />}>
              <Answers answers={view.answers} reason={view.reason} />
            </Panel>
            {view.changes !== null && (
              <Panel
                title={
                  view.state === "superseded"
                    ? "What changed since the plan that was approved"
                    : "What changed since the former plan"
                }
              >
                <Changes changes={view.changes} />
              </Panel>
            )}
            {found.length > 0 && (
              <Panel title="Findings">
                <ProposedFindings
                  platform={view.platform}
                  findings={found}
                  mayChange={actor.permissions.has("change:model")}
                />
              </Panel>
            )}
            <PlanPanel plan={view.plan} subject={gateSubject(view)} folded={ran} />
            <Panel title="Steps">
              <Steps plan={view.plan} steps={view.steps} />
            </Panel>
            {view.reviews.length > 0 && (
              <Panel title="Reviews">
                <Decisions reviews={view.reviews} />
              </Panel>
            )}
          </LiveProgress>
        </div>
        <div className="grid gap-3 lg:col-start-2 xl:col-start-3">
          <ActsPanel operation={view} />
          {noteDue && (
            <Panel title="After-action note">
              <NoteForm operationId={view.id} />
            </Panel>
          )}
          <Panel title="Facts">
            <OperationFacts operation={view} />
          </Panel>
        </div>
      </div>
    </>
  );
}

/** The panel that the address asks for, where the act is to be had. */
function Asked({ operation, act }: { readonly operation: OperationView; readonly act: string | null }) {
  const open = operation.acts.find((each) => each.name === act)?.unavailable === null;
  if (!open) return null;
  const back = links.operation(operation.id);
  switch (act) {
    case "abort":
      return (
        <AbortPanel
          operationId={operation.id}
          phrase={operation.abortPhrase}
          rollback={operation.plan.rollback}
          back={back}
        />
      );
    case "send":
      return operation.phrase === null ? null : (
        <SendPanel
          operationId={operation.id}
          digest={operation.digest}
          phrase={operation.phrase}
          back={back}
        />
      );
    case "break-glass":
      return (
        <GlassPanel
          operationId={operation.id}
          reviewers={operation.reviewers}
          confirmsBy={operation.confirmsBy}
          phrase={operation.phrase}
          back={back}
        />
      );
    default:
      return null;
  }
}
