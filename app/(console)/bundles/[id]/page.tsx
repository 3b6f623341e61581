import { Download } from "lucide-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { bundleActions } from "../../../../components/bundle/bundle-actions.model.ts";
import { BundleContents } from "../../../../components/bundle/bundle-contents.tsx";
import { BundleOrigin, BundleProof } from "../../../../components/bundle/bundle-facts.tsx";
import { bundleTitle } from "../../../../components/bundle/bundle-list.model.ts";
import { BundleStatus } from "../../../../components/bundle/bundle-status.tsx";
import { BundleTombstones } from "../../../../components/bundle/bundle-tombstones.tsx";
import {
  BundleComparisons,
  BundleDownloads,
  BundleDrills,
  BundleHistory,
  BundleImports,
} from "../../../../components/bundle/bundle-uses.tsx";
import { SchemaFitList } from "../../../../components/bundle/schema-fit-list.tsx";
import { links } from "../../../../components/links.ts";
import { BAR_MEASURES } from "../../../../components/tenant/table-sizes.model.ts";
import { ActionLink } from "../../../../components/ui/action-link.tsx";
import { Findings } from "../../../../components/ui/findings.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../components/ui/quantities.ts";
import { type BundleView, readBundle } from "../../../../lib/queries/bundle.ts";
import type { SearchParams } from "../../../../lib/queries/tenant-list.ts";
import { loadView } from "../../load-view.ts";
import { Keeping } from "./keeping.tsx";
import { BeingVerified, VerifyNow } from "./verify-now.tsx";

interface BundlePageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<SearchParams>;
}

export const metadata: Metadata = { title: "Bundle" };

/** What is in a bundle, without unpacking it. */
export default async function BundlePage({ params, searchParams }: BundlePageProps) {
  const [{ id }, search] = await Promise.all([params, searchParams]);
  const by = BAR_MEASURES.find((measure) => measure === search.by) ?? "bytes";
  const { view: bundle, actor } = await loadView((console, actor) => readBundle(console, actor, id));
  const unavailable = bundleActions(bundle.state, actor.permissions);
  return (
    <>
      <PageHeader
        title={`Bundle of ${bundleTitle(bundle)}`}
        trail={[{ href: links.bundles(), title: "Bundles" }]}
        actions={
          <>
            {bundle.verifyWantedAt === null &&
              (unavailable.verify === null ? <VerifyNow bundleId={id} /> : null)}
            <ActionLink href={links.bundleDownload(id)} unavailable={unavailable.download} variant="primary">
              <Download aria-hidden />
              Download…
            </ActionLink>
            <ActionLink
              href={links.newOperation({ kind: "import", bundle: id })}
              unavailable={unavailable.import}
            >
              Import…
            </ActionLink>
            <ActionLink
              href={links.newOperation({ kind: "drill", bundle: id })}
              unavailable={unavailable.drill}
            >
              Drill…
            </ActionLink>
            <ActionLink href={links.bundleCompare(id)} unavailable={unavailable.compare}>
              Compare…
            </ActionLink>
          </>
        }
      >
        <BundleStatus state={bundle.state} boxed />
      </PageHeader>
      <div className="grid gap-3">
        {bundle.verifyWantedAt !== null && <BeingVerified since={bundle.verifyWantedAt} />}
        {bundle.findings.length > 0 && (
          <Panel title="Findings">
            <Findings findings={bundle.findings} />
          </Panel>
        )}
        <div className="grid gap-3 lg:grid-cols-2">
          <Panel title="What it is of">
            <BundleOrigin bundle={bundle} />
          </Panel>
          <Panel title="The file">
            <BundleProof bundle={bundle} />
          </Panel>
        </div>
        <div className="grid gap-3 lg:grid-cols-2">
          <Panel title="Schema beside the databases">
            <SchemaFitList fits={bundle.fits} upgrade={unavailable.upgrade === null ? id : null} />
          </Panel>
          <Panel title="Keeping">
            <Keeping
              bundle={bundle}
              needed={bundle.tombstones.some(({ restsOnIt, inTime }) => restsOnIt && inTime)}
              mayKeep={actor.permissions.has("keep:bundle")}
              mayHold={actor.permissions.has("hold:bundle")}
            />
          </Panel>
        </div>
        {bundle.tombstones.length > 0 && (
          <Panel title="Deletes that it can undo" aside={bundle.tombstones.length} flush>
            <BundleTombstones
              id={id}
              tombstones={bundle.tombstones}
              mayRestore={bundle.state === "ready" && actor.permissions.has("request:restore")}
            />
          </Panel>
        )}
        {bundle.tables.length > 0 && (
          <Panel title="Contents" aside={formatNoun(bundle.tables.length, "table", "tables")} flush>
            <BundleContents id={id} tables={bundle.tables} by={by} />
          </Panel>
        )}
        <Uses bundle={bundle} />
        {bundle.manifest !== null && (
          <Panel
            title="Manifest"
            aside={
              <a href={links.bundleManifest(id)} className="link">
                Download as it is
              </a>
            }
            flush
          >
            <details>
              <summary className="px-3 py-2 hover:bg-sunken">As it stands in the file, indented</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
              <pre tabIndex={0} className="max-h-[32rem] overflow-auto border-t p-3 font-mono text-xs">
                {bundle.manifest}
              </pre>
            </details>
          </Panel>
        )}
      </div>
    </>
  );
}

function Uses({
  bundle: { drills, imports, comparisons, downloads, history },
}: {
  readonly bundle: BundleView;
}) {
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Use
        title="Drills"
        total={drills.total}
        shown={drills.entries.length}
        none="Nobody has tried whether it can be restored."
      >
        <BundleDrills drills={drills.entries} />
      </Use>
      <Use
        title="Imports and upgrades"
        total={imports.total}
        shown={imports.entries.length}
        none="Nothing was imported from it."
      >
        <BundleImports imports={imports.entries} />
      </Use>
      <Use
        title="Comparisons"
        total={comparisons.total}
        shown={comparisons.entries.length}
        none="Nobody has compared it with another bundle or with the tenant as it lives."
      >
        <BundleComparisons comparisons={comparisons.entries} />
      </Use>
      <Use
        title="Downloads"
        total={downloads.total}
        shown={downloads.entries.length}
        none="Nobody has fetched it."
      >
        <BundleDownloads downloads={downloads.entries} />
      </Use>
      <Use
        title="The file's history"
        total={history.length}
        shown={history.length}
        none="Nothing happened to it since it was written."
      >
        <BundleHistory history={history} />
      </Use>
    </div>
  );
}

interface UseProps {
  readonly title: string;
  readonly total: number;
  readonly shown: number;
  readonly none: string;
  readonly children: ReactNode;
}

function Use({ title, total, shown, none, children }: UseProps) {
  return (
    <Panel title={title} aside={shown < total ? `the latest ${shown} of ${total}` : total} flush>
      {total === 0 ? <p className="px-3 py-2 text-ink-soft">{none}</p> : children}
    </Panel>
  );
}
