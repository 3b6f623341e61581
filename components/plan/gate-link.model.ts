/** Where a gate is opened: another operation's form, or a page. Pure. */
import type { GateOpener } from "../../lib/engine/plan.ts";
import type { OperationView } from "../../lib/queries/operation.ts";
import { links } from "../links.ts";

/** What the plan is about. */
export interface GateSubject {
  /** The platform's name. */
  readonly platform: string;
  readonly database: { readonly id: string; readonly name: string };
  readonly tenantKey: string | null;
}

/** Of an operation's page. */
export function gateSubject(operation: Pick<OperationView, "platform" | "database" | "tenant">): GateSubject {
  const { platform, database, tenant } = operation;
  return { platform, database: { id: database.id, name: database.name }, tenantKey: tenant.key };
}

/** Null where it is about a tenant and the plan names none. */
export function gateHref(opens: GateOpener, { platform, database, tenantKey }: GateSubject): string | null {
  if ("operation" in opens) {
    if (opens.bundleId !== undefined)
      return links.newOperation({ kind: opens.operation, bundle: opens.bundleId, database: database.id });
    return tenantKey === null
      ? null
      : links.newOperation({ kind: opens.operation, database: database.id, tenant: tenantKey });
  }
  switch (opens.page) {
    case "tenant":
      return tenantKey === null ? null : links.tenant(platform, tenantKey, { database: database.name });
    case "bundle":
      return links.bundle(opens.bundleId);
    case "operation":
      return links.operation(opens.operationId);
  }
}
