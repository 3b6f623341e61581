import type { Metadata } from "next";
import { uploadUnavailable } from "../../../components/bundle/bundle-actions.model.ts";
import { BundleFilters } from "../../../components/bundle/bundle-filters.tsx";
import { pageLink } from "../../../components/bundle/bundle-list.model.ts";
import { BundleTable } from "../../../components/bundle/bundle-table.tsx";
import { FilesBeside } from "../../../components/bundle/files-beside.tsx";
import { links } from "../../../components/links.ts";
import { ActionLink } from "../../../components/ui/action-link.tsx";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { EmptyState } from "../../../components/ui/empty-state.tsx";
import { PageHeader } from "../../../components/ui/page-header.tsx";
import { pageOf } from "../../../components/ui/pagination.model.ts";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { formatNoun } from "../../../components/ui/quantities.ts";
import { Bytes } from "../../../components/ui/quantity.tsx";
import { isNarrowed, readBundleList } from "../../../lib/queries/bundle-list.ts";
import { BUNDLES_ON_A_PAGE, listBundles } from "../../../lib/queries/bundles.ts";
import type { SearchParams } from "../../../lib/queries/tenant-list.ts";
import { loadView } from "../load-view.ts";

export const metadata: Metadata = { title: "Bundles" };

interface BundlesPageProps {
  readonly searchParams: Promise<SearchParams>;
}

/** Every bundle that the console knows, the latest first. */
export default async function BundlesPage({ searchParams }: BundlesPageProps) {
  const query = readBundleList(await searchParams);
  const { view, actor } = await loadView((console, actor) => listBundles(console, actor, query));
  return (
    <>
      <PageHeader
        title="Bundles"
        actions={
          <ActionLink href={links.bundleUpload()} unavailable={uploadUnavailable(actor.permissions)}>
            Upload a bundle…
          </ActionLink>
        }
      >
        {formatNoun(view.total, "bundle", "bundles")}, <Bytes value={view.totalBytes} />
        {isNarrowed(query) && ` · ${formatNoun(view.everything, "bundle", "bundles")} without the filters`}
      </PageHeader>
      <FilesBeside files={view.files} />
      <div className="rounded-lg border bg-surface">
        <div className="border-b p-2">
          <BundleFilters query={query} platforms={view.platforms} />
        </div>
        {view.rows.length > 0 ? (
          <>
            <BundleTable query={query} rows={view.rows} platforms={view.platforms.length > 1} />
            <Pagination
              page={pageOf(view.page, BUNDLES_ON_A_PAGE, view.total)}
              noun="bundles"
              href={(page) => pageLink(query, page)}
            />
          </>
        ) : isNarrowed(query) ? (
          <EmptyState
            title="No bundle matches"
            action={<ButtonLink href={links.bundles()}>Show all</ButtonLink>}
          >
            None of {formatNoun(view.everything, "bundle", "bundles")} fits these filters.
          </EmptyState>
        ) : (
          <EmptyState
            title="No bundle yet"
            action={<ButtonLink href={links.newOperation({ kind: "export" })}>Export a tenant…</ButtonLink>}
          >
            A bundle is one tenant in one file. Export a tenant, which reads and changes nothing, or upload a
            bundle from elsewhere.
          </EmptyState>
        )}
      </div>
    </>
  );
}
