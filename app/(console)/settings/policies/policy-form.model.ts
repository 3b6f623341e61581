/** From the policy's form to the policy that it asks for. Pure; whether that is a valid one the engine says. */
import type { Policy, PolicyWindow } from "../../../../lib/engine/policy-schema.ts";

/** The numbers that hold for the whole console, in the form's order. */
export const CONSOLE_NUMBERS = [
  "approvalHours",
  "reviewDays",
  "draftHours",
  "afterActionHours",
  "downloadsAnHour",
  "uploadsAtOnce",
  "uploadGiBADay",
] as const;

/**
 * Numbers that need not be set: then there is no such limit, or for a platform what the console has. A platform says by
 * 0 that there is no such limit for it.
 */
export const OPTIONAL_NUMBERS = ["bundleDays", "drillEveryDays"] as const;
export type OptionalNumber = (typeof OPTIONAL_NUMBERS)[number];

export interface FormShape {
  readonly kinds: readonly string[];
  readonly windows: readonly PolicyWindow[];
}

/** `platform` is the platform whose own rules the form holds; empty for the console's. */
export function policyOfForm(current: Policy, form: FormData, shape: FormShape, platform: string): unknown {
  const own = {
    reviews: numbers(form, "reviews", shape.kinds),
    ...set(form, shape.windows),
  };
  if (platform !== "") {
    const { [platform]: _former, ...others } = current.platforms;
    const limits = Object.entries(set(form, OPTIONAL_NUMBERS)).map(
      ([rule, value]) => [rule, value === 0 ? null : value] as const,
    );
    const rules = { ...own, ...Object.fromEntries(limits) };
    const empty = Object.keys(rules).length === 1 && Object.keys(own.reviews).length === 0;
    return { ...current, platforms: empty ? others : { ...others, [platform]: rules } };
  }
  const minutes = numbers(form, "budget", shape.kinds);
  return {
    ...current,
    ...own,
    ...set(form, CONSOLE_NUMBERS),
    ...Object.fromEntries(OPTIONAL_NUMBERS.map((rule) => [rule, numberOf(form, rule)])),
    keepReviews: form.get("keepReviews") === "on",
    budgetSeconds: Object.fromEntries(
      Object.entries(minutes).map(([kind, value]) => [kind, Math.round(value * 60)]),
    ),
  };
}

/** Empty fields are left out: the default, or what the console has. */
function numbers(form: FormData, of: string, kinds: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const value = numberOf(form, `${of}.${kind}`);
      return value === null ? [] : [[kind, value]];
    }),
  );
}

function set(form: FormData, rules: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    rules.flatMap((rule) => {
      const value = numberOf(form, rule);
      return value === null ? [] : [[rule, value]];
    }),
  );
}

/** Null where nothing was typed; not a number where that is none, which the schema refuses. */
function numberOf(form: FormData, name: string): number | null {
  const text = form.get(name);
  if (typeof text !== "string" || text.trim() === "") return null;
  return Number(text);
}
