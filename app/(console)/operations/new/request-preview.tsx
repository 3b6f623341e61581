import { planSize } from "../../../../components/plan/effects.model.ts";
import { Gates } from "../../../../components/plan/gates.tsx";
import { PlanEffects } from "../../../../components/plan/plan-effects.tsx";
import { PlanSize } from "../../../../components/plan/plan-size.tsx";
import { Banner } from "../../../../components/ui/banner.tsx";
import { EmptyState } from "../../../../components/ui/empty-state.tsx";
import { Findings } from "../../../../components/ui/findings.tsx";
import { Link } from "../../../../components/ui/link.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import type { Finding } from "../../../../lib/findings/finding.ts";
import type { Preview } from "../form-state.ts";

export const PREVIEW_ID = "plan";

/** What the request would come to, beside the form; nothing of it is stored. */
export function RequestPreview({
  preview,
  upgrade = null,
}: {
  readonly preview: Preview | null;
  /** Where an upgrade would help, its form. */
  readonly upgrade?: string | null;
}) {
  if (preview === null) {
    return (
      <Panel title="Plan">
        <EmptyState title="Not looked at yet">
          “Look at the plan” computes, without writing anything, what would be done: which tables, how many
          rows, what stands against it, and who would have to review it.
        </EmptyState>
      </Panel>
    );
  }
  const [notes, serious] = split(preview.findings);
  return (
    <Panel id={PREVIEW_ID} title="Plan" aside={<PlanSize size={planSize(preview)} />}>
      <div className="flex flex-col gap-4" role="status">
        <p className="font-medium">{preview.summary}</p>
        {preview.blocked && (
          <Banner tone="bad">It cannot be asked for as it is: see what blocks and what does not hold.</Banner>
        )}
        {upgrade !== null && (
          <Banner tone="warn">
            The bundle is older than this database.{" "}
            <Link href={upgrade} className="link">
              Upgrade it…
            </Link>{" "}
            runs the migrations in between over its rows, elsewhere, and makes a bundle that fits here.
          </Banner>
        )}
        {serious.length > 0 && <Findings findings={serious} />}
        <PlanEffects effects={preview.effects} />
        {preview.gates.length > 0 && <Gates gates={preview.gates} subject={preview.subject} />}
        {notes.length > 0 && <Findings findings={notes} />}
        <p className="text-ink-soft">{preview.rollback}</p>
        <p className="text-ink-soft">
          Nothing has been stored or changed. The plan is made again when you ask.
        </p>
      </div>
    </Panel>
  );
}

/** What only has to be known stands after what has to be decided. */
function split(findings: readonly Finding[]): [Finding[], Finding[]] {
  const isNote = (finding: Finding) => finding.severity === "notes";
  return [findings.filter(isNote), findings.filter((finding) => !isNote(finding))];
}
