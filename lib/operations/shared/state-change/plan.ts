/** What suspending or resuming would do: one row of the root table, one column. */
import type { PlanContext } from "../../../engine/contexts.ts";
import type { Effect, Gate, OperationPlan } from "../../../engine/plan.ts";
import { blocks, type Finding } from "../../../findings/finding.ts";
import { qualifiedColumn } from "../../../postgres/identifiers.ts";
import { fenceCost } from "../../../rows/fence/cost.ts";
import { type Fence, readFences } from "../../../rows/fence/fence.ts";
import type { TenancyModel } from "../../../tenancy/model.ts";
import { wholeGate } from "../../tombstones/whole.ts";
import { findingsAbout, touchedTables, withSubject } from "../subject.ts";
import { called, readState, tenantByKey } from "../tenant.ts";
import { TENANTRY_VERSION } from "../versions.ts";
import { formerSuspend } from "./former-suspend.ts";
import type { StateChangeInput } from "./input.ts";
import { type StateChangeKind, type StateColumn, standsAgainst, targetState } from "./kinds.ts";
import { stateChangeSteps } from "./steps.ts";

const NO_FENCES: ReadonlyMap<string, Fence> = new Map();

const VERBS = { suspend: "Suspend", resume: "Resume" } as const;

export async function planStateChange(
  kind: StateChangeKind,
  context: PlanContext,
  { tenantKey, fence: asked = false }: StateChangeInput & { readonly fence?: boolean },
): Promise<OperationPlan> {
  return withSubject(context, async (client, subject) => {
    const { model, identity } = subject;
    const { table: root, state: declared } = model.tenant;
    const about = findingsAbout(model, root === null ? [] : [root]);
    // What a suspend is asked for, a resume finds: it takes down what is there.
    const fences = kind === "suspend" ? NO_FENCES : await readFences(client);
    const fence = kind === "suspend" ? asked : fences?.has(tenantKey) === true;
    const found = [
      ...about,
      ...(declared === null ? [noStateColumn(context)] : []),
      ...(fences === null ? [fenceUnreadable(context)] : []),
    ];
    const tenant = blocks(about) ? null : await tenantByKey(client, model, tenantKey);
    const known = tenant === null || "code" in tenant ? null : tenant;
    const from = known === null ? null : await readState(client, model, known.key);
    const former = await formerSuspend(context, tenantKey);
    const to = declared === null ? null : targetState(kind, declared, former);
    const known_ = known ?? { key: tenantKey, slug: null, name: null };
    return {
      kind,
      summary: `${VERBS[kind]} ${called(known_)} in ${context.database.name}`,
      tenant: { key: tenantKey, slug: known_.slug, name: known_.name },
      databases: [identity],
      options: { from, to, ...(fence ? { fence } : {}), afterOwnSuspend: former?.by === context.requestedBy },
      tables: touchedTables(subject, fence ? model.loadOrder : root === null ? [] : [root]),
      bundle: null,
      effects: [
        ...(root === null || declared === null ? [] : [stateEffect(context, root, declared, from, to)]),
        ...(fence ? [fenceEffect(kind, context, model)] : []),
      ],
      steps: stateChangeSteps(kind, fence).map(({ name, title, reversibility }) => ({
        name,
        title,
        reversibility,
      })),
      gates: [
        ...(declared === null || known === null ? [] : [stateGate(kind, declared, from)]),
        ...(kind === "resume" ? await wholeGate(context, tenantKey) : []),
      ],
      findings: tenant !== null && "code" in tenant ? [tenant, ...found] : found,
      estimate: { rows: 1, bytes: null, seconds: 1 },
      versions: { planner: TENANTRY_VERSION, model: model.version },
      rollback:
        kind === "suspend"
          ? `Resuming sets the state back${fence ? " and takes the fence down" : ""}; whatever was refused meanwhile stays refused.`
          : "Suspending sets the state back; what users did meanwhile stays.",
      exact: true,
    };
  });
}

function stateEffect(
  { database }: PlanContext,
  root: string,
  declared: StateColumn,
  from: string | null,
  to: string | null,
): Effect {
  return {
    verb: "update",
    object: root,
    place: database.name,
    rows: 1,
    bytes: null,
    reversibility: "reversible",
    note: `${declared.column}: ${from ?? "empty"} → ${to ?? "empty"}`,
  };
}

/** Triggers of our own, and a schema for them: nothing of the platform's is changed. */
function fenceEffect(kind: StateChangeKind, { database }: PlanContext, model: TenancyModel): Effect {
  const tables = model.loadOrder.length;
  return {
    verb: kind === "suspend" ? "create" : "update",
    object: "tenantry.fence",
    place: database.name,
    rows: null,
    bytes: null,
    reversibility: "reversible",
    note:
      kind === "suspend"
        ? `triggers on ${tables} tables refuse every write to the tenant's rows; each table's writers are waited for, an instant; ${fenceCost(model)}`
        : `taken down: ${tables} tables take writes to the tenant's rows again`,
  };
}

function stateGate(kind: StateChangeKind, declared: StateColumn, from: string | null): Gate {
  const against = standsAgainst(kind, declared, from);
  return {
    code: kind === "suspend" ? "not-suspended" : "is-suspended",
    title: kind === "suspend" ? "The tenant is not suspended yet" : "The tenant is suspended",
    holds: against === null,
    detail: against ?? `The platform's column ${declared.column} says "${from ?? ""}".`,
  };
}

function fenceUnreadable({ database }: PlanContext): Finding {
  return {
    code: "fence-unreadable",
    severity: "blocks",
    where: database.name,
    what: "There are fences in this database, and the role that plans may not see whether one is this tenant's.",
    todo: "GRANT USAGE ON SCHEMA tenantry, and SELECT ON ALL TABLES and ON ALL SEQUENCES IN SCHEMA tenantry, to it.",
  };
}

function noStateColumn({ platform }: PlanContext): Finding {
  return {
    code: "no-state-column",
    severity: "blocks",
    where: platform.name,
    what: "The platform file names no column that holds a tenant's state.",
    todo: `Add \`tenant: { state: { column: …, active: …, suspended: … } }\`, for example ${qualifiedColumn("public.organizations", "status")}.`,
  };
}
