import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Exception, policyFor, tenantOfClaim, withPlatform } from "./policy-in-force.ts";
import { DEFAULT_POLICY, policySchema } from "./policy-schema.ts";

const NOW = new Date("2026-05-01T12:00:00Z");
const hours = (n: number) => new Date(NOW.getTime() + n * 3_600_000);
const subject = { kind: "delete", platformId: "p1", tenantKey: "42" };
const exception = (given: Partial<Exception>): Exception => ({
  id: "e1",
  kind: "delete",
  rule: "suspendedHours",
  value: 1,
  platformId: null,
  tenantKey: null,
  createdAt: hours(-1),
  expiresAt: hours(1),
  ...given,
});
const held = (exceptions: readonly Exception[], policy = DEFAULT_POLICY) =>
  policyFor(policy, exceptions, subject, NOW);

describe("a platform's own policy", () => {
  const policy = policySchema.parse({
    reviews: { delete: 1, import: 2 },
    drillDays: 3,
    platforms: { p1: { reviews: { delete: 2 }, quietHours: 0 }, p2: { reviews: { import: 0 } } },
  });

  test("goes before the console's, rule by rule", () => {
    expect(withPlatform(policy, "p1")).toMatchObject({
      reviews: { delete: 2, import: 2 },
      quietHours: 0,
      drillDays: 3,
    });
    expect(withPlatform(policy, "p3")).toMatchObject({ reviews: { delete: 1, import: 2 }, quietHours: 24 });
  });
});

describe("an exception", () => {
  test("changes its rule for its kind, and is named; one that changes nothing is not", () => {
    expect(held([exception({})])).toMatchObject({ policy: { suspendedHours: 1 }, exceptions: ["e1"] });
    expect(held([exception({ rule: "reviews", value: 2 })])).toMatchObject({
      policy: { reviews: { delete: 2 } },
      exceptions: ["e1"],
    });
    expect(held([exception({ value: DEFAULT_POLICY.suspendedHours })]).exceptions).toEqual([]);
  });

  test("counts for nothing once it has run out, for another kind, platform or tenant", () => {
    for (const off of [
      { expiresAt: NOW },
      { kind: "move" },
      { platformId: "p2" },
      { platformId: "p1", tenantKey: "43" },
    ])
      expect(held([exception(off)])).toEqual({
        policy: { ...DEFAULT_POLICY, platforms: {} },
        exceptions: [],
      });
  });

  test("of a tenant goes before one of the platform, that before one for all; of two alike the later holds", () => {
    const all = exception({ id: "all", value: 1, createdAt: hours(0) });
    const platform = exception({ id: "platform", value: 2, platformId: "p1", createdAt: hours(-2) });
    const tenant = exception({ id: "tenant", value: 3, platformId: "p1", tenantKey: "42" });
    const later = { ...tenant, id: "later", value: 4, createdAt: hours(-0.5) };
    expect(held([tenant, platform, all]).exceptions).toEqual(["tenant"]);
    expect(held([platform, all])).toMatchObject({ policy: { suspendedHours: 2 }, exceptions: ["platform"] });
    expect(held([later, tenant])).toMatchObject({ policy: { suspendedHours: 4 }, exceptions: ["later"] });
  });

  test("is the same in whatever order the records give them", () => {
    const some = [0, 1, 2, 3].map((n) =>
      exception({
        id: String(n),
        value: n,
        platformId: n % 2 ? "p1" : null,
        createdAt: hours(-n),
        rule: n < 3 ? "quietHours" : "drillDays",
      }),
    );
    const once = held(some);
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: 4 }), (shuffled) => {
        const again = held(shuffled);
        expect(again.policy).toEqual(once.policy);
        expect(again.exceptions.toSorted()).toEqual(once.exceptions.toSorted());
      }),
    );
  });
});

test("a claim names a tenant, or one that is to be", () => {
  expect(tenantOfClaim("key:a:b")).toBe("a:b");
  expect(tenantOfClaim("new:acme")).toBeNull();
});
