/** The policy as it stands, what it may be set to, the exceptions from it, and how it came to be so. */
import "server-only";
import { and, desc, eq, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { exceptionRules } from "../engine/exceptions.ts";
import type { AnyOperation } from "../engine/operation.ts";
import type { OperationPlan } from "../engine/plan.ts";
import { reviewRange } from "../engine/policy.ts";
import { type PolicyChange, policyChanges } from "../engine/policy-changes.ts";
import type { ExceptionRule } from "../engine/policy-in-force.ts";
import {
  DEFAULT_POLICY,
  POLICY_SETTING,
  POLICY_WINDOWS,
  type Policy,
  type PolicyWindow,
  policySchema,
} from "../engine/policy-schema.ts";
import { readPolicyToMend } from "../engine/read-policy.ts";
import type { Finding } from "../findings/finding.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import { type ExceptionView, listExceptions } from "./policy-exceptions.ts";
import { authorise } from "./refused.ts";
import type { EngineSource } from "./source.ts";

/** What Settings may say of one kind of operation. */
export interface PolicyKind {
  readonly kind: string;
  readonly title: string;
  /** Reviews where nothing is set. */
  readonly standard: number;
  readonly why: string;
  readonly range: readonly [number, number];
  readonly budgetSeconds: number;
  readonly exceptionRules: readonly ExceptionRule[];
}

export interface PolicyPast {
  readonly at: Date;
  readonly by: string;
  readonly reason: string | null;
  readonly changes: readonly PolicyChange[];
}

export interface PoliciesView {
  readonly policy: Policy;
  readonly version: number;
  /** What is wrong with the stored policy; the one shown is then the default. */
  readonly findings: readonly Finding[];
  readonly mayChange: boolean;
  readonly kinds: readonly PolicyKind[];
  /** Those that some operation's gates ask for. */
  readonly windows: readonly PolicyWindow[];
  readonly platforms: readonly { readonly id: string; readonly name: string }[];
  readonly exceptions: readonly ExceptionView[];
  /** Who may answer for an exception. */
  readonly people: readonly { readonly id: string; readonly name: string }[];
  /** The latest first, at most ten. */
  readonly past: readonly PolicyPast[];
}

const SHOWN_PAST = 10;

/** @throws Refused */
export async function readPolicies(source: EngineSource, actor: Actor): Promise<PoliciesView> {
  authorise(actor, "see");
  const { records, engine } = source;
  const [stored, known, exceptions, people, past] = await Promise.all([
    readPolicyToMend(records),
    records
      .select({ id: platforms.id, name: platforms.name })
      .from(platforms)
      .where(isNull(platforms.deregisteredAt))
      .orderBy(platforms.name),
    listExceptions(source),
    listOwners(source),
    readPast(source),
  ]);
  const asked = new Set(engine.registry.all.flatMap(({ windows }) => windows ?? []));
  return {
    policy: stored.value,
    version: stored.version,
    findings: stored.findings,
    mayChange: actor.permissions.has("manage:policy"),
    kinds: engine.registry.all.map(kindOf),
    windows: POLICY_WINDOWS.filter((window) => asked.has(window)),
    platforms: known,
    exceptions,
    people,
    past,
  };
}

function kindOf(operation: AnyOperation): PolicyKind {
  const unplanned: Pick<OperationPlan, "effects" | "options"> = { effects: [], options: {} };
  const { needed, why } = operation.reviews({}, unplanned as OperationPlan);
  const { kind, title, budgetSeconds } = operation;
  const rules = exceptionRules(operation);
  return {
    kind,
    title,
    standard: needed,
    why,
    range: reviewRange(operation),
    budgetSeconds,
    exceptionRules: rules,
  };
}

/** People who may sign in and see what they would answer for. */
function listOwners({ records }: EngineSource) {
  return records
    .selectDistinct({ id: persons.id, name: persons.name })
    .from(persons)
    .innerJoin(roleGrants, eq(roleGrants.personId, persons.id))
    .where(isNull(persons.disabledAt))
    .orderBy(persons.name, persons.id);
}

async function readPast({ records }: EngineSource): Promise<PolicyPast[]> {
  const rows = await records
    .select({ at: auditEntries.at, by: auditEntries.actorName, data: auditEntries.data })
    .from(auditEntries)
    .where(and(eq(auditEntries.subjectType, "setting"), eq(auditEntries.subjectId, POLICY_SETTING)))
    .orderBy(desc(auditEntries.at), desc(auditEntries.id))
    .limit(SHOWN_PAST);
  return rows.map(({ at, by, data }) => {
    const { reason, former, value } = data as { reason?: string; former?: unknown; value?: unknown };
    const from = policySchema.safeParse(former ?? {}).data ?? DEFAULT_POLICY;
    const to = policySchema.safeParse(value).data ?? DEFAULT_POLICY;
    return { at, by, reason: reason ?? null, changes: policyChanges(from, to) };
  });
}
