import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomCases } from "../testing/shard.ts";
import { planDigest } from "./digest.ts";
import type { OperationPlan } from "./plan.ts";
import { anyPlan, PLAN } from "./testing/plans.ts";
import { changeInWords, whatChanged } from "./what-changed.ts";

describe("what changed between two plans", () => {
  test("is said in words, line by line", () => {
    const now: OperationPlan = {
      ...PLAN,
      tenant: { ...PLAN.tenant, name: "Acme AG" },
      options: { ...PLAN.options, domain: "acme.example" },
      databases: [{ ...PLAN.databases[0]!, timeline: 2 }],
      tables: { "public.orders": { shape: "a2", model: "bb" } },
      effects: [{ ...PLAN.effects[0]!, rows: 14 }],
    };
    expect(whatChanged(PLAN, now).map(changeInWords)).toEqual([
      "+ option domain: acme.example",
      "~ tenant's name: Acme → Acme AG",
      "~ database eu-1, timeline (raised by a failover): 1 → 2",
      "~ public.orders, shape in the catalog: aa → a2",
      "~ public.orders in eu-1: insert, 12 rows, 300 bytes, reversible → insert, 14 rows, 300 bytes, reversible",
      '− tenant in eu-1: create, 1 row, compensating, "suspended"',
    ]);
  });

  test("of a database or a table that came or went", () => {
    const now: OperationPlan = {
      ...PLAN,
      databases: [],
      tables: { "public.carts": { shape: "a", model: "b" } },
    };
    expect(whatChanged(PLAN, now).map(changeInWords)).toEqual([
      "− database eu-1: harbor at db.example:5432/harbor",
      "+ public.carts: touched",
      "− public.orders: touched",
    ]);
  });

  test("is nothing exactly where the digests are equal", () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (before, other) => {
        // Two plans made apart are hardly ever alike: parts of the one go into the other.
        for (const part of [...(Object.keys(other) as (keyof OperationPlan)[]), null]) {
          const after = part === null ? other : { ...before, [part]: other[part] };
          const equal = planDigest(before) === planDigest(after);
          expect(whatChanged(before, after).length === 0).toBe(equal);
          for (const change of whatChanged(before, after)) expect(change.before).not.toBe(change.after);
        }
      }),
      { numRuns: randomCases(120).runs },
    );
  });
});
