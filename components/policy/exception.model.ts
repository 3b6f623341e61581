/** An exception in one line. */
import type { ExceptionView } from "../../lib/queries/policy-exceptions.ts";
import { kindTitle } from "../operation/operation-state.model.ts";
import { isNumberRule, ruleTitle, ruleValue } from "./rules.model.ts";

type Told = Pick<ExceptionView, "kind" | "rule" | "value" | "platform" | "tenantKey">;

/** "Import of tenant 42 of harbor: 0 reviews". */
export function exceptionInWords({ kind, rule, value, platform, tenantKey }: Told): string {
  const whose = [tenantKey === null ? null : `tenant ${tenantKey}`, platform].filter((part) => part !== null);
  const of = whose.length === 0 ? "" : ` of ${whose.join(" of ")}`;
  return `${kindTitle(kind)}${of}: ${what(rule, value)}`;
}

function what(rule: Told["rule"], value: number): string {
  if (isNumberRule(rule)) return `${ruleTitle(rule).toLowerCase()} ${ruleValue(rule, value)}`;
  return value === 0 ? "no review" : value === 1 ? "1 review" : `${value} reviews`;
}
