import type { Metadata } from "next";
import { links } from "../../../../../../components/links.ts";
import { kindTitle } from "../../../../../../components/operation/operation-state.model.ts";
import { OperationStatus } from "../../../../../../components/operation/operation-status.tsx";
import { FinalizerList } from "../../../../../../components/tenant/finalizer-list.tsx";
import { TableSizes } from "../../../../../../components/tenant/table-sizes.tsx";
import { tenantActions } from "../../../../../../components/tenant/tenant-actions.model.ts";
import { TenantBundles } from "../../../../../../components/tenant/tenant-bundles.tsx";
import { TenantFacts } from "../../../../../../components/tenant/tenant-facts.tsx";
import { tenantTitle } from "../../../../../../components/tenant/tenant-list.model.ts";
import { TenantStatus } from "../../../../../../components/tenant/tenant-status.tsx";
import { TenantTraffic } from "../../../../../../components/tenant/tenant-traffic.tsx";
import { Timeline } from "../../../../../../components/tenant/timeline.tsx";
import { Tombstone } from "../../../../../../components/tenant/tombstone.tsx";
import { ActionLink } from "../../../../../../components/ui/action-link.tsx";
import { Banner } from "../../../../../../components/ui/banner.tsx";
import { EmptyState } from "../../../../../../components/ui/empty-state.tsx";
import { Link } from "../../../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../../../components/ui/panel.tsx";
import { formatCount, formatNoun } from "../../../../../../components/ui/quantities.ts";
import { Status } from "../../../../../../components/ui/status.tsx";
import { Time } from "../../../../../../components/ui/time.tsx";
import { readTenant } from "../../../../../../lib/queries/tenant.ts";
import { loadView } from "../../../../load-view.ts";
import { ConfirmFinalizerForm, HoldTenantForm } from "./tenant-forms.tsx";
import { ThereAgain } from "./there-again.tsx";

interface TenantPageProps {
  readonly params: Promise<{ readonly platform: string; readonly key: string }>;
  readonly searchParams: Promise<{ readonly database?: string | string[] }>;
}

export const metadata: Metadata = { title: "Tenant" };

/** One tenant: what it is, its life, its tables, its bundles, and what can be done with it. */
export default async function TenantPage({ params, searchParams }: TenantPageProps) {
  const { platform, key } = await params;
  const { database } = await searchParams;
  const at = {
    platform: decodeURIComponent(platform),
    key: decodeURIComponent(key),
    ...(typeof database === "string" ? { database } : {}),
  };
  const { view, actor } = await loadView((console, actor) => readTenant(console, actor, at));
  const actions = tenantActions({
    state: view.state,
    gone: view.goneAt !== null,
    active: view.active,
    permissions: actor.permissions,
  });
  const place = {
    databaseId: view.database.id,
    tenantKey: view.key,
    platform: view.platform,
    database: view.database.name,
  };
  return (
    <>
      <PageHeader
        title={tenantTitle(view)}
        trail={[{ href: links.tenants(view.platform), title: `Tenants of ${view.platform}` }]}
      >
        <TenantStatus state={view.state} gone={view.goneAt !== null} />
      </PageHeader>
      {view.active !== null && (
        <Banner tone="live" className="mb-3 flex flex-wrap items-center gap-x-3">
          <Link href={links.operation(view.active.id)} className="link font-medium">
            {kindTitle(view.active.kind)} by {view.active.requestedBy}
          </Link>
          <OperationStatus state={view.active.state} />
        </Banner>
      )}
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        <div className="grid gap-3">
          <Panel title="Facts">
            <TenantFacts tenant={view} />
          </Panel>
          {view.end.tombstone !== null && (
            <Panel title="Deleted">
              {view.end.tombstone.state === "deleted" && view.goneAt === null && (
                <ThereAgain
                  tombstone={view.end.tombstone}
                  at={place}
                  unproved={view.state === "restoring"}
                  mayDismiss={view.active === null && actor.permissions.has("dismiss:tombstone")}
                />
              )}
              <Tombstone tombstone={view.end.tombstone} />
            </Panel>
          )}
          <Panel title="Actions">
            <ul className="flex flex-col items-start gap-2">
              {actions.map((action) => (
                <li key={action.kind}>
                  <ActionLink
                    href={links.newOperation({
                      kind: action.kind,
                      database: view.database.id,
                      tenant: view.key,
                    })}
                    unavailable={action.unavailable}
                    variant={action.kind === "delete" ? "danger-quiet" : "secondary"}
                  >
                    {action.title}…
                  </ActionLink>
                </li>
              ))}
            </ul>
          </Panel>
          {view.fence !== null && (
            <Panel title="Traffic">
              <TenantTraffic tenant={view} />
            </Panel>
          )}
          {view.end.finalizers.length > 0 && view.goneAt === null && (
            <Panel id="finalizers" title="Outside the database">
              <FinalizerList
                finalizers={view.end.finalizers}
                confirm={(finalizer) =>
                  actor.permissions.has("request:delete") &&
                  view.fence !== null && (
                    <ConfirmFinalizerForm
                      at={place}
                      finalizer={finalizer.name}
                      again={finalizer.confirmed !== null && !finalizer.stale}
                    />
                  )
                }
              />
            </Panel>
          )}
          {(view.end.hold !== null || (actor.permissions.has("hold:tenant") && view.goneAt === null)) && (
            <Panel title="Legal hold">
              <p className="mb-2">
                {view.end.hold === null ? (
                  "None."
                ) : (
                  <>
                    <Status tone="warn">Held</Status> by {view.end.hold.by ?? "somebody"},{" "}
                    <Time at={view.end.hold.at} />: {view.end.hold.reason}. No delete of it runs.
                  </>
                )}
              </p>
              {actor.permissions.has("hold:tenant") && (
                <HoldTenantForm at={place} held={view.end.hold !== null} />
              )}
            </Panel>
          )}
          <Panel
            title="Life"
            aside={
              <Link
                href={links.operations({
                  platform: view.platform,
                  database: view.database.name,
                  tenant: view.key,
                })}
                className="link"
              >
                {formatNoun(view.operationsTotal, "operation", "operations")}
              </Link>
            }
          >
            {view.operations.length === 0 ? (
              <p className="text-ink-soft">No operation of the console has touched it yet.</p>
            ) : (
              <Timeline operations={view.operations} />
            )}
          </Panel>
        </div>
        <div className="grid gap-3">
          <Panel title="Tables" flush>
            {view.tables.length === 0 && view.state === "deleted" ? (
              <EmptyState title="Nothing is left">
                It was deleted: its certificate of erasure says what, table by table.
              </EmptyState>
            ) : view.tables.length === 0 ? (
              <EmptyState title="Not measured yet">
                The census measures each table in the background; a worker does it within a few minutes.
              </EmptyState>
            ) : (
              <TableSizes tables={view.tables} />
            )}
          </Panel>
          <Panel title="Bundles" flush aside={latest(view.bundles.length, view.bundlesTotal)}>
            {view.bundles.length === 0 ? (
              <EmptyState title="No bundle of this tenant">Export it to have one.</EmptyState>
            ) : (
              <TenantBundles bundles={view.bundles} />
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}

function latest(shown: number, total: number): string | undefined {
  return total > shown ? `the latest ${formatCount(shown)} of ${formatCount(total)}` : undefined;
}
