import type { BundleDownload, BundleEvent } from "../../lib/queries/bundle.ts";
import type { BundleComparison } from "../../lib/queries/bundle-comparisons.ts";
import type { BundleDrill } from "../../lib/queries/bundle-drills.ts";
import type { BundleImport } from "../../lib/queries/bundle-imports.ts";
import { ComparisonStatus } from "../comparison/comparison-status.tsx";
import { links } from "../links.ts";
import { kindTitle } from "../operation/operation-state.model.ts";
import { OperationStatus } from "../operation/operation-status.tsx";
import { Link } from "../ui/link.tsx";
import { formatDuration } from "../ui/quantities.ts";
import { Bytes, Rows } from "../ui/quantity.tsx";
import { Status } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";

const LINE = "flex flex-wrap items-baseline justify-between gap-x-3 px-3 py-1";

/** Operations that read the bundle, and where. */
export function BundleImports({ imports }: { readonly imports: readonly BundleImport[] }) {
  return (
    <ul className="divide-y divide-line">
      {imports.map((one) => (
        <li key={one.id} className={LINE}>
          <span>
            <Link href={links.operation(one.id)} className="link">
              {kindTitle(one.kind)} {one.tenantSlug}
            </Link>{" "}
            into {one.database}
          </span>
          <span className="flex flex-wrap gap-x-2">
            <OperationStatus state={one.state} />
            <span className="text-ink-soft">
              {one.requestedBy}, <Age at={one.createdAt} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** When it was restored on a throwaway server, and what came of it. */
export function BundleDrills({ drills }: { readonly drills: readonly BundleDrill[] }) {
  return (
    <ul className="divide-y divide-line">
      {drills.map((one) => (
        <li key={one.operationId} className={LINE}>
          <span>
            <DrillStatus passed={one.passed} />{" "}
            <Link href={links.operation(one.operationId)} className="link">
              {one.passed && one.rows !== null ? (
                <>
                  <Rows value={one.rows} /> restored in {formatDuration(one.restoreSeconds ?? 0)}
                </>
              ) : (
                "what kept it from passing"
              )}
            </Link>
          </span>
          <span className="text-ink-soft">
            {one.requestedBy}, <Age at={one.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What it was held against, and what came of it. */
export function BundleComparisons({ comparisons }: { readonly comparisons: readonly BundleComparison[] }) {
  return (
    <ul className="divide-y divide-line">
      {comparisons.map((one) => (
        <li key={one.id} className={LINE}>
          <span className="break-all">
            <Link href={links.comparison(one.id)} className="link">
              With {one.beside}
            </Link>
          </span>
          <span className="flex flex-wrap gap-x-2">
            <ComparisonStatus state={one.state} equal={one.equal} />
            <span className="text-ink-soft">
              {one.requestedBy}, <Age at={one.at} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function DrillStatus({ passed }: { readonly passed: boolean }) {
  return <Status tone={passed ? "ok" : "bad"}>{passed ? "passed" : "failed"}</Status>;
}

const ENDS = { begun: "begun", complete: "complete", aborted: "broken off" } as const;

/** Who fetched the file, and how far they came. */
export function BundleDownloads({ downloads }: { readonly downloads: readonly BundleDownload[] }) {
  return (
    <ul className="divide-y divide-line">
      {downloads.map((one) => (
        <li key={one.id} className={LINE}>
          <span>
            {one.person} · {ENDS[one.state]}
            {one.partial && ", a part"}
            {one.package !== null && `, customer package (${one.package})`}
            {one.reason !== null && <span className="break-words text-ink-soft"> · {one.reason}</span>}
          </span>
          <span className="text-ink-soft">
            {one.state !== "begun" && (
              <>
                <Bytes value={one.bytesSent} />,{" "}
              </>
            )}
            <Age at={one.beganAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What happened to the file, the latest first. */
export function BundleHistory({ history }: { readonly history: readonly BundleEvent[] }) {
  return (
    <ul className="divide-y divide-line">
      {history.map((event) => (
        <li key={event.id} className={LINE}>
          <code>{event.action}</code>
          <span className="text-ink-soft">
            {event.by}, <Age at={event.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
