import { expect, test } from "vitest";
import { policyChanges, samePolicy } from "./policy-changes.ts";
import { DEFAULT_POLICY, policySchema } from "./policy-schema.ts";

test("names each rule that differs, for a kind and for a platform, with both values", () => {
  const after = policySchema.parse({
    reviews: { import: 2 },
    approvalHours: 8,
    keepReviews: false,
    bundleDays: 30,
    platforms: { p1: { quietHours: 1, reviews: { export: 1 } } },
  });
  expect(policyChanges(DEFAULT_POLICY, after)).toEqual([
    { rule: "approvalHours", platformId: null, from: 24, to: 8 },
    { rule: "bundleDays", platformId: null, from: null, to: 30 },
    { rule: "keepReviews", platformId: null, from: true, to: false },
    { rule: "reviews.import", platformId: null, from: undefined, to: 2 },
    { rule: "quietHours", platformId: "p1", from: undefined, to: 1 },
    { rule: "reviews.export", platformId: "p1", from: undefined, to: 1 },
  ]);
  expect(policyChanges(after, DEFAULT_POLICY)[3]).toEqual({
    rule: "reviews.import",
    platformId: null,
    from: 2,
    to: undefined,
  });
});

test("a platform for which nothing is set is no difference", () => {
  expect(samePolicy(DEFAULT_POLICY, policySchema.parse({ platforms: { p1: {} } }))).toBe(true);
  expect(samePolicy(DEFAULT_POLICY, policySchema.parse({ draftHours: 1 }))).toBe(false);
});
