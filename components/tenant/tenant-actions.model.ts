/** What can be requested of a tenant now, and why not where it cannot. A courtesy: the engine decides. */
import type { Permission } from "../../lib/access/permissions.ts";
import { rolesWith } from "../../lib/access/permissions.ts";
import type { OperationState } from "../../lib/records/schema/operations.ts";
import type { TenantState } from "../../lib/records/schema/tenants.ts";
import { kindTitle } from "../operation/operation-state.model.ts";

export interface TenantAction {
  readonly kind: string;
  readonly title: string;
  readonly unavailable: string | null;
}

export interface TenantSituation {
  readonly state: TenantState;
  readonly gone: boolean;
  readonly active: {
    readonly kind: string;
    readonly state: OperationState;
    readonly requestedBy: string;
  } | null;
  readonly permissions: ReadonlySet<Permission>;
}

interface Rule {
  readonly kind: string;
  readonly permission: Permission;
  readonly from: readonly TenantState[];
  /** What stands in the way in any other state. */
  readonly otherwise: (state: TenantState) => string;
  /** Of a tenant that is not there any more, too. */
  readonly gone?: true;
}

const RULES: readonly Rule[] = [
  {
    kind: "export",
    permission: "request:export",
    from: ["active", "suspended"],
    otherwise: (state) => `Only an active or suspended tenant is exported; this one is ${state}.`,
  },
  {
    kind: "suspend",
    permission: "request:suspend",
    from: ["active"],
    otherwise: (state) =>
      state === "suspended" ? "It is suspended already." : `It is ${state}, not active.`,
  },
  {
    kind: "resume",
    permission: "request:resume",
    from: ["suspended"],
    otherwise: (state) => (state === "active" ? "It is active already." : `It is ${state}, not suspended.`),
  },
  {
    kind: "delete",
    permission: "request:delete",
    from: ["suspended"],
    otherwise: (state) =>
      state === "active"
        ? "It is active: suspend it first, behind its fence."
        : `It is ${state}, not suspended.`,
  },
  {
    kind: "restore",
    permission: "request:restore",
    from: ["deleting", "deleted"],
    otherwise: () => "Only a tenant that was deleted is restored.",
    gone: true,
  },
];

/** All of them, in a fixed order: one that is closed says why in its place. */
export function tenantActions(situation: TenantSituation): readonly TenantAction[] {
  return RULES.map((rule) => ({
    kind: rule.kind,
    title: kindTitle(rule.kind),
    unavailable: obstacle(rule, situation),
  }));
}

function obstacle(rule: Rule, { state, gone, active, permissions }: TenantSituation): string | null {
  if (!permissions.has(rule.permission)) return `Needs the role ${rolesWith(rule.permission).join(" or ")}.`;
  if (gone && !rule.gone)
    return state === "deleted" ? "It is deleted." : "The census does not see this tenant any more.";
  if (!rule.from.includes(state)) return rule.otherwise(state);
  if (active !== null) return `One operation at a time: ${active.kind} by ${active.requestedBy} comes first.`;
  return null;
}
