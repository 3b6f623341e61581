import type { Metadata } from "next";
import { links } from "../../../../components/links.ts";
import { Exceptions } from "../../../../components/policy/exceptions.tsx";
import { NewException } from "../../../../components/policy/new-exception.tsx";
import { PolicyForm } from "../../../../components/policy/policy-form.tsx";
import { PolicyHistory } from "../../../../components/policy/policy-history.tsx";
import { EmptyState } from "../../../../components/ui/empty-state.tsx";
import { Findings } from "../../../../components/ui/findings.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { TabLinks } from "../../../../components/ui/tab-links.tsx";
import { readPolicies } from "../../../../lib/queries/policies.ts";
import { loadView } from "../../load-view.ts";

export const metadata: Metadata = { title: "Policies" };

interface PoliciesPageProps {
  readonly searchParams: Promise<{ readonly platform?: string | string[] }>;
}

/** Who must review what, how long what holds, and what is otherwise by exception. */
export default async function PoliciesPage({ searchParams }: PoliciesPageProps) {
  const { platform: asked } = await searchParams;
  const { view } = await loadView(readPolicies);
  const platform = view.platforms.find(({ name }) => name === asked) ?? null;
  return (
    <>
      <PageHeader title="Policies">
        {view.mayChange
          ? "A change counts for plans, reviews and runs that begin from then on; a stricter one also for what was approved before."
          : "An admin changes them."}
      </PageHeader>
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="grid min-w-0 gap-3">
          {view.findings.length > 0 && (
            <Panel title="The stored policy cannot be read: no operation goes on until it is saved again">
              <Findings findings={view.findings} />
            </Panel>
          )}
          <section className="min-w-0 rounded-lg border bg-surface">
            <TabLinks
              label="Whose policy"
              tabs={[
                { href: links.policies(), title: "Everywhere", current: platform === null },
                ...view.platforms.map(({ id, name }) => ({
                  href: links.policies({ platform: name }),
                  title: `Only ${name}`,
                  current: platform?.id === id,
                })),
              ]}
            />
            <PolicyForm
              key={`${platform?.id} ${view.version}`}
              policy={view.policy}
              version={view.version}
              kinds={view.kinds}
              windows={view.windows}
              platform={platform}
              mayChange={view.mayChange}
            />
          </section>
          <Panel title="How it came to be so" flush>
            <PolicyHistory past={view.past} platforms={view.platforms} />
          </Panel>
        </div>
        <div className="grid min-w-0 gap-3">
          <Panel title="Exceptions" flush>
            {view.exceptions.length === 0 ? (
              <EmptyState title="None">
                An exception is from one rule, for one kind of operation, for a while, and somebody answers
                for it.
              </EmptyState>
            ) : (
              <Exceptions exceptions={view.exceptions} mayEnd={view.mayChange} />
            )}
          </Panel>
          {view.mayChange && (
            <Panel title="Grant an exception">
              <NewException kinds={view.kinds} platforms={view.platforms} people={view.people} />
            </Panel>
          )}
        </div>
      </div>
    </>
  );
}
