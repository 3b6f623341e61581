import type { Metadata } from "next";
import { links } from "../../components/links.ts";
import {
  OverviewBundles,
  OverviewCoverage,
  OverviewDrills,
} from "../../components/overview/overview-bundles.tsx";
import { OverviewDeleted } from "../../components/overview/overview-deleted.tsx";
import { OverviewOperations } from "../../components/overview/overview-operations.tsx";
import { ButtonLink } from "../../components/ui/button.tsx";
import { EmptyState } from "../../components/ui/empty-state.tsx";
import { PageHeader } from "../../components/ui/page-header.tsx";
import { isQuiet, readOverview } from "../../lib/queries/overview.ts";
import { loadView } from "./load-view.ts";
import { markNoticesRead } from "./notice-actions.ts";

export const metadata: Metadata = { title: "Overview" };

/** What needs this person now; where nothing does, what to do next. */
export default async function OverviewPage() {
  const { view } = await loadView(readOverview);
  const first = view.platforms[0];
  return (
    <>
      <PageHeader title="Overview">What needs somebody now.</PageHeader>
      {first === undefined ? (
        <div className="rounded-lg border bg-surface">
          <EmptyState
            title="No platform yet"
            action={<ButtonLink href={links.platforms()}>Platforms</ButtonLink>}
          >
            A platform is a multi-tenant application: its tenancy model and the databases that hold its
            tenants.
          </EmptyState>
        </div>
      ) : isQuiet(view) ? (
        <div className="rounded-lg border bg-surface">
          <EmptyState
            title="Nothing needs you"
            action={<ButtonLink href={links.tenants(first)}>Find a tenant</ButtonLink>}
          >
            No review waits for you, nothing runs, nothing failed, no bundle is about to expire. Pick a tenant
            to export, suspend or resume it, or open a bundle to import it.
          </EmptyState>
        </div>
      ) : (
        <div className="gap-3 xl:columns-2 [&>*]:mb-3 [&>*]:break-inside-avoid">
          <OverviewOperations news={view} markRead={markNoticesRead} />
          <OverviewDeleted news={view} />
          <OverviewDrills news={view} />
          <OverviewBundles news={view} />
          <OverviewCoverage news={view.coverage} />
        </div>
      )}
    </>
  );
}
