/** What differs between two policies, rule by rule: for the audit trail and for those who read it. Pure. */
import { canonicalJson } from "../canonical/json.ts";
import type { Policy } from "./policy-schema.ts";

export type RuleValue = number | boolean | null;

export interface PolicyChange {
  /** `approvalHours`; `reviews.import`, `budgetSeconds.export` for one kind. */
  readonly rule: string;
  /** The platform's id; null for the console's own. */
  readonly platformId: string | null;
  /** Undefined where nothing was set: the default, or what the console has. */
  readonly from: RuleValue | undefined;
  readonly to: RuleValue | undefined;
}

export function policyChanges(before: Policy, after: Policy): PolicyChange[] {
  const { platforms: formerly, ...from } = before;
  const { platforms: now, ...to } = after;
  const ids = [...new Set([...Object.keys(formerly), ...Object.keys(now)])].toSorted();
  return [
    ...changesOf(null, from, to),
    ...ids.flatMap((id) => changesOf(id, formerly[id] ?? {}, now[id] ?? {})),
  ];
}

/** Whether nothing at all differs; what only says the same in another way does not. */
export function samePolicy(a: Policy, b: Policy): boolean {
  return policyChanges(a, b).length === 0;
}

function changesOf(platformId: string | null, before: object, after: object): PolicyChange[] {
  const [from, to] = [flat(before), flat(after)];
  const rules = [...new Set([...from.keys(), ...to.keys()])].toSorted();
  return rules
    .filter((rule) => canonicalJson(from.get(rule) ?? null) !== canonicalJson(to.get(rule) ?? null))
    .map((rule) => ({ rule, platformId, from: from.get(rule), to: to.get(rule) }));
}

/** One level down: `{ reviews: { import: 2 } }` is `reviews.import` = 2. */
function flat(rules: object): Map<string, RuleValue> {
  const found = new Map<string, RuleValue>();
  for (const [rule, value] of Object.entries(rules) as [string, RuleValue | Record<string, number>][]) {
    if (typeof value !== "object" || value === null) found.set(rule, value);
    else for (const [kind, of] of Object.entries(value)) found.set(`${rule}.${kind}`, of);
  }
  return found;
}
