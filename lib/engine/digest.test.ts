import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planDigest } from "./digest.ts";
import type { OperationPlan } from "./plan.ts";
import { anyPlan, PLAN } from "./testing/plans.ts";

type Part = (plan: OperationPlan) => OperationPlan;

const database =
  (set: object): Part =>
  (plan) => ({ ...plan, databases: [{ ...plan.databases[0]!, ...set }] });
const firstEffect =
  (set: object): Part =>
  (plan) => ({ ...plan, effects: [{ ...plan.effects[0]!, ...set }, ...plan.effects.slice(1)] });

/** One of each part that a reviewer approves. */
const APPROVED: readonly (readonly [string, Part])[] = [
  ["the kind", (plan) => ({ ...plan, kind: "export" })],
  ["an option", (plan) => ({ ...plan, options: { ...plan.options, ids: "kept" } })],
  ["one option less", (plan) => ({ ...plan, options: { ids: "fresh" } })],
  ["the tenant's key", (plan) => ({ ...plan, tenant: { ...plan.tenant, key: "43" } })],
  ["the tenant's slug", (plan) => ({ ...plan, tenant: { ...plan.tenant, slug: "acme2" } })],
  ["the tenant's name", (plan) => ({ ...plan, tenant: { ...plan.tenant, name: "Acme2" } })],
  ["the registered database", database({ id: "d2" })],
  ["its address", database({ endpoint: "other.example:5432/harbor" })],
  ["the server behind it", database({ systemIdentifier: "7301" })],
  ["a failover", database({ timeline: 2 })],
  ["the database's oid", database({ oid: 16385 })],
  ["the database's name", database({ databaseName: "harbour" })],
  ["one database more", (plan) => ({ ...plan, databases: [...plan.databases, ...plan.databases] })],
  ["a table's shape", (plan) => ({ ...plan, tables: { "public.orders": { shape: "ab", model: "bb" } } })],
  ["a table's model", (plan) => ({ ...plan, tables: { "public.orders": { shape: "aa", model: "bc" } } })],
  ["one table more", (plan) => ({ ...plan, tables: { ...plan.tables, t: { shape: "a", model: "b" } } })],
  ["the bundle", (plan) => ({ ...plan, bundle: "d".repeat(64) })],
  ["an effect's verb", firstEffect({ verb: "delete" })],
  ["its table", firstEffect({ object: "public.order" })],
  ["its place", firstEffect({ place: "us-1" })],
  ["its rows, where they are exact", firstEffect({ rows: 13 })],
  ["its bytes, where they are exact", firstEffect({ bytes: 301 })],
  ["whether it can be taken back", firstEffect({ reversibility: "irreversible" })],
  ["its note", firstEffect({ note: "twice" })],
  ["one effect less", (plan) => ({ ...plan, effects: plan.effects.slice(1) })],
  ["an effect twice", (plan) => ({ ...plan, effects: [...plan.effects, plan.effects[0]!] })],
  ["whether counts are exact", (plan) => ({ ...plan, exact: false })],
];

const SHOWN: readonly (readonly [string, Part])[] = [
  ["the summary", (plan) => ({ ...plan, summary: "Other words" })],
  ["the registered database's name", database({ name: "Europe 1" })],
  ["estimates", (plan) => ({ ...plan, estimate: { rows: 1, bytes: 2, seconds: 3 } })],
  ["versions of planner and model", (plan) => ({ ...plan, versions: { planner: "9", model: "9" } })],
  ["gates", (plan) => ({ ...plan, gates: [] })],
  ["steps", (plan) => ({ ...plan, steps: [] })],
  ["findings", (plan) => ({ ...plan, findings: [{ code: "x", severity: "warns", where: "x", what: "x" }] })],
  ["words about rollback", (plan) => ({ ...plan, rollback: "" })],
  ["the order of effects", (plan) => ({ ...plan, effects: plan.effects.toReversed() })],
  [
    "the order of options",
    (plan) => ({ ...plan, options: Object.fromEntries(Object.entries(plan.options).reverse()) }),
  ],
];

describe("a plan's digest", () => {
  test.each(APPROVED)("changes with %s", (_what, change) => {
    expect(planDigest(change(PLAN))).not.toBe(planDigest(PLAN));
  });

  test.each(SHOWN)("does not change with %s", (_what, change) => {
    expect(planDigest(change(PLAN))).toBe(planDigest(PLAN));
  });

  test("leaves a living tenant's counts out", () => {
    const living = { ...PLAN, exact: false };
    expect(planDigest(firstEffect({ rows: null, bytes: 9 })(living))).toBe(planDigest(living));
    expect(planDigest(firstEffect({ note: "x" })(living))).not.toBe(planDigest(living));
  });

  test("is 64 hex digits, and the same for a plan that came back from the records", () => {
    expect(planDigest(PLAN)).toMatch(/^[0-9a-f]{64}$/);
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(planDigest(JSON.parse(JSON.stringify(plan)) as OperationPlan)).toBe(planDigest(plan));
      }),
    );
  });
});
