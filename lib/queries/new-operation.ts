/** What a request form begins with: which operation, on what, and whether a review will be needed. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import { rolesWith } from "../access/permissions.ts";
import type { AnyOperation } from "../engine/operation.ts";
import type { OperationPlan } from "../engine/plan.ts";
import { decidePolicy, type PolicyVerdict } from "../engine/policy.ts";
import { readPolicy, readPolicyFor } from "../engine/read-policy.ts";
import { type DatabaseChoice, databaseChoices } from "./database-choices.ts";
import { type BundleSubject, bundleSubject } from "./new-operation-bundle.ts";
import { type TenantSubject, tenantSubject } from "./new-operation-tenant.ts";
import { authorise } from "./refused.ts";
import type { EngineSource, Source } from "./source.ts";

export interface NewOperationQuery {
  readonly kind: string | null;
  /** Ids of the records; a tenant by its key. */
  readonly database: string | null;
  readonly tenant: string | null;
  readonly bundle: string | null;
}

export interface KindChoice {
  readonly kind: string;
  readonly title: string;
  /** Null where this person may ask for it; else why not. */
  readonly unavailable: string | null;
  /** Whether a phrase has to be typed: it destroys, and is asked for with care. */
  readonly destroys: boolean;
}

export interface NewOperationView {
  readonly kinds: readonly KindChoice[];
  readonly platforms: readonly string[];
  /** Null before a kind is picked. */
  readonly picked: (KindChoice & { readonly review: PolicyVerdict }) | null;
  readonly tenant: TenantSubject | null;
  readonly bundle: BundleSubject | null;
  /** Where it can be done: those of the bundle's platform, or all. */
  readonly databases: readonly DatabaseChoice[];
  /** The one that the address names. */
  readonly database: string | null;
}

/** Null for a kind, tenant or bundle that is not there. @throws Refused */
export async function readNewOperation(
  source: EngineSource,
  actor: Actor,
  query: NewOperationQuery,
): Promise<NewOperationView | null> {
  authorise(actor, "see");
  const { registry } = source.engine;
  const operation = registry.all.find((each) => each.kind === query.kind);
  if (query.kind !== null && operation === undefined) return null;
  const [known, tenant, bundle] = await Promise.all([
    databaseChoices(source),
    query.tenant === null || query.database === null
      ? null
      : tenantSubject(source, query.database, query.tenant),
    query.bundle === null ? null : bundleSubject(source, query.bundle),
  ]);
  if (query.tenant !== null && query.database !== null && tenant === null) return null;
  if (query.bundle !== null && bundle === null) return null;
  const fitting = known.filter((each) => bundle?.platformId == null || each.platformId === bundle.platformId);
  return {
    kinds: registry.all.map((each) => choiceOf(each, actor)),
    platforms: [...new Set(known.map((each) => each.platform))],
    picked:
      operation === undefined
        ? null
        : {
            ...choiceOf(operation, actor),
            review: await expectedReview(source, operation, subjectOf(fitting, query)),
          },
    tenant,
    bundle,
    databases: fitting.map(({ platformId: _, ...choice }) => choice),
    database: fitting.some((each) => each.id === query.database) ? query.database : null,
  };
}

/** Whom the policy is asked about, as far as the address says it. */
function subjectOf(
  known: readonly { readonly id: string; readonly platformId: string }[],
  query: NewOperationQuery,
) {
  const database = known.find((each) => each.id === query.database) ?? (known.length === 1 ? known[0] : null);
  return database == null ? null : { platformId: database.platformId, tenantKey: query.tenant };
}

function choiceOf({ kind, title, permission, phrase }: AnyOperation, actor: Actor): KindChoice {
  const may = actor.permissions.has(permission);
  const roles = rolesWith(permission).join(" or ");
  return {
    kind,
    title,
    unavailable: may ? null : `Your roles do not allow it: it takes ${roles}.`,
    destroys: phrase !== undefined,
  };
}

/** Before there is a plan only the policy can be asked; the plan may loosen it (one's own suspend) or tighten it. */
export async function expectedReview(
  { records }: Source,
  operation: AnyOperation,
  subject: { readonly platformId: string; readonly tenantKey: string | null } | null = null,
): Promise<PolicyVerdict> {
  const unplanned: Pick<OperationPlan, "effects" | "options"> = { effects: [], options: {} };
  const policy =
    subject === null
      ? await readPolicy(records)
      : (await readPolicyFor(records, { kind: operation.kind, ...subject })).policy;
  return decidePolicy(operation, {}, unplanned as OperationPlan, policy);
}
