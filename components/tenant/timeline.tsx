import type { TenantOperation } from "../../lib/queries/tenant.ts";
import { links } from "../links.ts";
import { kindTitle, operationStateLook } from "../operation/operation-state.model.ts";
import { Link } from "../ui/link.tsx";
import { Status } from "../ui/status.tsx";
import { Age } from "../ui/time.tsx";
import { outcomeInWords } from "./timeline.model.ts";

/** A tenant's life, the latest first. */
export function Timeline({ operations }: { readonly operations: readonly TenantOperation[] }) {
  return (
    <ol className="relative ml-1.5 border-l">
      {operations.map((operation) => (
        <li key={operation.id} className="relative py-1.5 pl-4">
          <span
            aria-hidden
            className="absolute top-3.5 -left-[4.5px] size-2 rounded-full border border-line-strong bg-surface"
          />
          <div className="flex flex-wrap items-baseline justify-between gap-x-3">
            <span className="flex flex-wrap gap-x-2">
              <Link href={links.operation(operation.id)} className="link font-medium">
                {kindTitle(operation.kind)}
              </Link>
              <Status tone={operationStateLook(operation.state).tone}>{outcomeInWords(operation)}</Status>
              {operation.glassBroken && <Status tone="bad">glass broken</Status>}
            </span>
            <span className="text-ink-soft">
              {operation.requestedBy}, <Age at={operation.createdAt} />
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}
