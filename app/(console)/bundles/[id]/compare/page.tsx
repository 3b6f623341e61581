import type { Metadata } from "next";
import { bundleTitle } from "../../../../../components/bundle/bundle-list.model.ts";
import { links } from "../../../../../components/links.ts";
import { EmptyState } from "../../../../../components/ui/empty-state.tsx";
import { Findings } from "../../../../../components/ui/findings.tsx";
import { PageHeader } from "../../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../../components/ui/panel.tsx";
import { formatUtc } from "../../../../../components/ui/when.ts";
import { readComparisonChoices } from "../../../../../lib/queries/bundle-comparisons.ts";
import { loadView } from "../../../load-view.ts";
import { CompareForm } from "./compare-form.tsx";

export const metadata: Metadata = { title: "Compare a bundle" };

/** What a bundle is to be held against. */
export default async function ComparePage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params;
  const { view } = await loadView((console, actor) => readComparisonChoices(console, actor, id));
  const title = bundleTitle(view);
  const choices = [
    ...view.databases.map(({ id: database, name }) => ({
      value: `database:${database}`,
      label: `the tenant as it lives in ${name}`,
    })),
    ...view.imports.map(({ id: operation, tenantSlug, database, at }) => ({
      value: `import:${operation}`,
      label: `${tenantSlug ?? "the tenant"} as it was imported into ${database} at ${formatUtc(at)}`,
    })),
    ...view.bundles.map(({ id: bundle, name }) => ({ value: `bundle:${bundle}`, label: name })),
  ];
  return (
    <>
      <PageHeader
        title={`Compare the bundle of ${title}`}
        trail={[
          { href: links.bundles(), title: "Bundles" },
          { href: links.bundle(id), title },
        ]}
      >
        Row for row, and down to the columns of a row. Nothing is changed.
      </PageHeader>
      <Panel title="With what" flush={choices.length === 0 && view.findings.length === 0}>
        {view.findings.length > 0 ? (
          <Findings findings={view.findings} />
        ) : choices.length === 0 ? (
          <EmptyState title="There is nothing to compare it with">
            No other bundle of this tenant is here, and no registered database has the tenant. Export it
            again, or upload another bundle of it.
          </EmptyState>
        ) : (
          <CompareForm bundleId={id} choices={choices} />
        )}
      </Panel>
    </>
  );
}
