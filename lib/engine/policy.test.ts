import { describe, expect, test } from "vitest";
import { budgetOf, decidePolicy } from "./policy.ts";
import { DEFAULT_POLICY, policySchema } from "./policy-schema.ts";
import { PLAN } from "./testing/plans.ts";

const asks = (needed: number) => ({
  kind: "import",
  budgetSeconds: 900,
  reviews: () => ({ needed, why: "It writes." }),
});
const irreversible = {
  ...PLAN,
  effects: [{ ...PLAN.effects[0]!, reversibility: "irreversible" as const }],
};

describe("the policy", () => {
  test("is the operation's own where Settings say nothing, and says who may review", () => {
    expect(decidePolicy(asks(1), {}, PLAN, DEFAULT_POLICY)).toEqual({
      needed: 1,
      why: "It writes.",
      who: "One reviewer other than the person who asks.",
    });
    expect(decidePolicy(asks(0), {}, PLAN, DEFAULT_POLICY)).toEqual({
      needed: 0,
      why: "It writes.",
      who: null,
    });
  });

  test("follows Settings, up and down, and says that they decide", () => {
    const two = policySchema.parse({ reviews: { import: 2, export: 3 } });
    expect(decidePolicy(asks(1), {}, PLAN, two)).toEqual({
      needed: 2,
      why: "This console's policy asks for 2 reviews.",
      who: "2 different reviewers other than the person who asks.",
    });
    const none = policySchema.parse({ reviews: { import: 0 } });
    expect(decidePolicy(asks(1), {}, PLAN, none)).toMatchObject({ needed: 0, who: null });
  });

  test("never lets pass what cannot be taken back, whatever Settings or the operation say", () => {
    const none = policySchema.parse({ reviews: { import: 0 } });
    for (const own of [0, 1]) {
      expect(decidePolicy(asks(own), {}, irreversible, none)).toMatchObject({
        needed: 1,
        why: "Part of it cannot be taken back, and that always needs a review.",
      });
    }
    expect(decidePolicy(asks(0), {}, irreversible, DEFAULT_POLICY).needed).toBe(1);
  });

  test("keeps to the range of the operation's kind", () => {
    const kind = { ...asks(1), reviewRange: [1, 2] as const };
    const with3 = policySchema.parse({ reviews: { import: 3 } });
    expect(decidePolicy(kind, {}, PLAN, with3).needed).toBe(2);
    const with0 = policySchema.parse({ reviews: { import: 0 } });
    expect(decidePolicy(kind, {}, PLAN, with0)).toMatchObject({
      needed: 1,
      why: "An operation of this kind always needs a review.",
    });
    expect(decidePolicy({ ...kind, reviewRange: [2, 3] }, {}, irreversible, with0).needed).toBe(2);
  });

  test("sets a run's budget, and refuses nonsense", () => {
    expect(budgetOf(asks(0), DEFAULT_POLICY)).toBe(900);
    expect(budgetOf(asks(0), policySchema.parse({ budgetSeconds: { import: 60 } }))).toBe(60);
    for (const wrong of [
      { reviews: { import: -1 } },
      { reviews: { import: 4 } },
      { approvalHours: 0 },
      { x: 1 },
    ])
      expect(policySchema.safeParse(wrong).success).toBe(false);
  });
});
