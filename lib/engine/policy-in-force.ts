/**
 * The policy as it holds for one operation: the console's, what its platform has otherwise, and the exceptions that
 * somebody has granted and that have not run out. Pure.
 */
import type { Policy, PolicyWindow } from "./policy-schema.ts";

/** What an exception may be made from. */
export const EXCEPTION_RULES = ["reviews", "suspendedHours", "quietHours", "drillDays"] as const;
export type ExceptionRule = (typeof EXCEPTION_RULES)[number];

export interface Exception {
  readonly id: string;
  /** The kind of operation that it is for. */
  readonly kind: string;
  readonly rule: ExceptionRule;
  readonly value: number;
  /** Null: any platform, and then any tenant. */
  readonly platformId: string | null;
  readonly tenantKey: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Whom and what a policy is asked about. */
export interface PolicySubject {
  readonly kind: string;
  readonly platformId: string;
  /** Null for a tenant that is not there yet. */
  readonly tenantKey: string | null;
}

export interface InForce {
  /** As it holds for the subject. */
  readonly policy: Policy;
  /** Those that changed something in it. */
  readonly exceptions: readonly string[];
}

/** A rule of a tenant goes before one of its platform, that before one for all; of two such the later holds. */
export function policyFor(
  policy: Policy,
  exceptions: readonly Exception[],
  subject: PolicySubject,
  now: Date,
): InForce {
  const resolved = withPlatform(policy, subject.platformId);
  const applied = new Map<ExceptionRule, Exception>();
  const fitting = exceptions.filter((exception) => fits(exception, subject, now)).toSorted(byReach);
  for (const exception of fitting) applied.set(exception.rule, exception);
  const touching = [...applied.values()].filter(
    ({ rule, value }) => ruleOf(resolved, rule, subject.kind) !== value,
  );
  return {
    policy: touching.reduce((held, { rule, value }) => withRule(held, rule, subject.kind, value), resolved),
    exceptions: touching.map(({ id }) => id),
  };
}

/** The console's policy with what one platform has otherwise; what it does not name is the console's. */
export function withPlatform(policy: Policy, platformId: string): Policy {
  const { reviews, ...own } = policy.platforms[platformId] ?? { reviews: {} };
  const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...policy, ...set, reviews: { ...policy.reviews, ...reviews }, platforms: {} };
}

/** The tenant that an operation's claim names; null for one that is to be made. */
export function tenantOfClaim(claim: string): string | null {
  return claim.startsWith("key:") ? claim.slice("key:".length) : null;
}

function fits(exception: Exception, subject: PolicySubject, now: Date): boolean {
  return (
    exception.kind === subject.kind &&
    exception.expiresAt.getTime() > now.getTime() &&
    (exception.platformId === null || exception.platformId === subject.platformId) &&
    (exception.tenantKey === null || exception.tenantKey === subject.tenantKey)
  );
}

function byReach(a: Exception, b: Exception): number {
  const reach = ({ platformId, tenantKey }: Exception) =>
    tenantKey !== null ? 2 : platformId !== null ? 1 : 0;
  return reach(a) - reach(b) || a.createdAt.getTime() - b.createdAt.getTime();
}

function ruleOf(policy: Policy, rule: ExceptionRule, kind: string): number | undefined {
  return rule === "reviews" ? policy.reviews[kind] : policy[rule];
}

function withRule(policy: Policy, rule: ExceptionRule, kind: string, value: number): Policy {
  if (rule === "reviews") return { ...policy, reviews: { ...policy.reviews, [kind]: value } };
  return { ...policy, [rule satisfies PolicyWindow]: value };
}
