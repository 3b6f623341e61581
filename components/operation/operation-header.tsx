import type { OperationView } from "../../lib/queries/operation.ts";
import { links } from "../links.ts";
import { planSize } from "../plan/effects.model.ts";
import { PlanSize } from "../plan/plan-size.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { Duration } from "../ui/quantity.tsx";
import { Age } from "../ui/time.tsx";
import { OperationStatus } from "./operation-status.tsx";

/** What it is, of whom, where, how much, and how it stands. */
export function OperationHeader({ operation }: { readonly operation: OperationView }) {
  const { title, tenant, database, state, expiresAt, startedAt, endedAt, plan } = operation;
  const name = tenant.slug ?? tenant.name ?? tenant.key;
  const waits = state === "approved" || state === "queued";
  return (
    <PageHeader
      title={name === null ? title : `${title} ${name}`}
      trail={[{ href: links.operations(), title: "Operations" }]}
    >
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <OperationStatus state={state} boxed />
        <span>in {database.name}</span>
        <PlanSize size={planSize(plan)} />
        {startedAt !== null && endedAt !== null && (
          <span>
            ran for <Duration seconds={(endedAt.getTime() - startedAt.getTime()) / 1000} />
          </span>
        )}
        {waits && expiresAt !== null && (
          <span>
            approval expires <Age at={expiresAt} />
          </span>
        )}
      </span>
    </PageHeader>
  );
}
