/**
 * Who must review. Pure: the operation's own default, what Settings say, and the one rule that no setting loosens:
 * what cannot be taken back has a reviewer.
 */
import type { AnyOperation } from "./operation.ts";
import type { OperationPlan } from "./plan.ts";
import { MOST_REVIEWS, type Policy } from "./policy-schema.ts";

export interface PolicyVerdict {
  /** 0: passes by policy. */
  readonly needed: number;
  /** One sentence, shown from the request on. */
  readonly why: string;
  /** Who may review, in a sentence; null where nobody needs to. */
  readonly who: string | null;
}

type Reviewed = Pick<AnyOperation, "kind" | "reviews" | "reviewRange">;

/** @param policy as it is in force for the operation's platform and tenant (`policyFor`) */
export function decidePolicy(
  operation: Reviewed,
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
  const [least, most] = reviewRange(operation);
  if (needed > most) needed = most;
  if (needed < least || (irreversible && needed === 0)) {
    needed = Math.max(1, least);
    why = irreversible
      ? "Part of it cannot be taken back, and that always needs a review."
      : "An operation of this kind always needs a review.";
  }
  return { needed, why, who: needed === 0 ? null : whoMayReview(needed) };
}

/** The fewest and the most reviews that Settings may ask for. */
export function reviewRange(operation: Pick<AnyOperation, "reviewRange">): readonly [number, number] {
  return operation.reviewRange ?? [0, MOST_REVIEWS];
}

function whoMayReview(needed: number): string {
  const people = needed === 1 ? "One reviewer" : `${needed} different reviewers`;
  return `${people} other than the person who asks.`;
}

/** Seconds that a run of this kind may take. */
export function budgetOf(operation: Pick<AnyOperation, "kind" | "budgetSeconds">, policy: Policy): number {
  return policy.budgetSeconds[operation.kind] ?? operation.budgetSeconds;
}
