/**
 * Who must review. Pure: the operation's own default, what Settings say, and the one rule that no setting loosens:
 * what cannot be taken back has a reviewer.
 */
import { z } from "zod";
import type { AnyOperation } from "./operation.ts";
import type { OperationPlan } from "./plan.ts";

/** The setting's name in the records. */
export const POLICY_SETTING = "policy";

export const policySchema = z.strictObject({
  /** Reviews needed by kind, where it is not the operation's default. */
  reviews: z.record(z.string(), z.int().min(0).max(3)).default({}),
  /** How long an approval holds, from the approval on. */
  approvalHours: z.number().min(1).max(720).default(24),
  /** Seconds that a run may take, by kind, where it is not the operation's default. */
  budgetSeconds: z.record(z.string(), z.int().min(60).max(604_800)).default({}),
  /** A plan that nobody sent is given up after so long, and its claim on the tenant with it. */
  draftHours: z.number().min(1).max(720).default(24),
  /** When the note is due after somebody broke glass. */
  afterActionHours: z.number().min(1).max(720).default(72),
});
export type Policy = z.output<typeof policySchema>;

export const DEFAULT_POLICY: Policy = policySchema.parse({});

export interface PolicyVerdict {
  /** 0: passes by policy. */
  readonly needed: number;
  /** One sentence, shown from the request on. */
  readonly why: string;
  /** Who may review, in a sentence; null where nobody needs to. */
  readonly who: string | null;
}

export function decidePolicy(
  operation: Pick<AnyOperation, "kind" | "reviews">,
  input: unknown,
  plan: OperationPlan,
  policy: Policy,
): PolicyVerdict {
  const own = operation.reviews(input, plan);
  const set = policy.reviews[operation.kind];
  const irreversible = plan.effects.some((effect) => effect.reversibility === "irreversible");
  let { needed, why } = own;
  if (set !== undefined && set !== needed) {
    needed = set;
    why =
      set === 0
        ? "This console's policy lets it pass without a review."
        : `This console's policy asks for ${set === 1 ? "one review" : `${set} reviews`}.`;
  }
  if (irreversible && needed === 0) {
    needed = 1;
    why = "Part of it cannot be taken back, and that always needs a review.";
  }
  return { needed, why, who: needed === 0 ? null : whoMayReview(needed) };
}

function whoMayReview(needed: number): string {
  const people = needed === 1 ? "One reviewer" : `${needed} different reviewers`;
  return `${people} other than the person who asks.`;
}

/** Seconds that a run of this kind may take. */
export function budgetOf(operation: Pick<AnyOperation, "kind" | "budgetSeconds">, policy: Policy): number {
  return policy.budgetSeconds[operation.kind] ?? operation.budgetSeconds;
}
