import { TABLE_CLASSES } from "../../../components/model/model-list.model.ts";
import { roleRights } from "../../../components/platform/platform.model.ts";
import { Banner } from "../../../components/ui/banner.tsx";
import { EmptyState } from "../../../components/ui/empty-state.tsx";
import { Facts } from "../../../components/ui/facts.tsx";
import { Findings } from "../../../components/ui/findings.tsx";
import { Panel } from "../../../components/ui/panel.tsx";
import { formatCount, formatNoun } from "../../../components/ui/quantities.ts";
import type { Trial } from "../../../lib/operations/registration/try-registration.ts";

export const TRIAL_ID = "trial";

/** What registering would come to; nothing of it is stored. */
export function TrialPanel({ trial }: { readonly trial: Trial | null }) {
  if (trial === null)
    return (
      <Panel title="Try it first">
        <EmptyState title="Not tried yet">
          Trying connects with both roles, reads the catalog and derives the model. It stores nothing, and
          says what is wrong with host, password, rights or the platform file.
        </EmptyState>
      </Panel>
    );
  const blocking = trial.findings.filter(({ severity }) => severity === "blocks").length;
  return (
    <Panel id={TRIAL_ID} title={`${trial.platform} at ${trial.endpoint}`}>
      <div className="flex flex-col gap-3" role="status">
        <Banner tone={blocking === 0 ? "ok" : "warn"}>
          Both connections work, and it can be registered.
          {blocking > 0 &&
            ` ${formatNoun(blocking, "finding has", "findings have")} to be answered before a tenant can be exported.`}
        </Banner>
        <Facts
          facts={[
            { label: "Server", value: `PostgreSQL ${trial.server}` },
            { label: "Runner", value: `${trial.runner.name} · ${roleRights(trial.runner).join(", ")}` },
            { label: "Planner", value: `${trial.planner.name} · ${roleRights(trial.planner).join(", ")}` },
            {
              label: "Tables",
              value: Object.entries(TABLE_CLASSES)
                .filter(([name]) => trial.classes[name as keyof typeof TABLE_CLASSES] !== undefined)
                .map(
                  ([name, words]) =>
                    `${formatCount(trial.classes[name as keyof typeof TABLE_CLASSES] ?? 0)} ${words}`,
                )
                .join(" · "),
            },
          ]}
        />
        {trial.findings.length > 0 && <Findings findings={trial.findings} />}
        <p className="text-ink-soft">Nothing has been stored.</p>
      </div>
    </Panel>
  );
}
