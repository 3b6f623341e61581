/** Plans for tests of what only looks at them: one to start from, and any that can be. */
import fc from "fast-check";
import type { Effect, OperationPlan } from "../plan.ts";

export const PLAN: OperationPlan = {
  kind: "import",
  summary: "Import Acme",
  tenant: { key: "42", slug: "acme", name: "Acme" },
  databases: [
    {
      id: "d1",
      name: "eu-1",
      endpoint: "db.example:5432/harbor",
      systemIdentifier: "7300",
      timeline: 1,
      oid: 16384,
      databaseName: "harbor",
    },
  ],
  options: { slug: "acme", ids: "fresh" },
  tables: { "public.orders": { shape: "aa", model: "bb" } },
  bundle: "c".repeat(64),
  effects: [
    {
      verb: "insert",
      object: "public.orders",
      place: "eu-1",
      rows: 12,
      bytes: 300,
      reversibility: "reversible",
    },
    {
      verb: "create",
      object: "tenant",
      place: "eu-1",
      rows: 1,
      bytes: null,
      reversibility: "compensating",
      note: "suspended",
    },
  ],
  steps: [{ name: "load", title: "Load", reversibility: "reversible" }],
  gates: [{ code: "free", title: "The slug is free", holds: true, detail: "It is." }],
  findings: [],
  estimate: { rows: 12, bytes: 300, seconds: 1 },
  versions: { planner: "1", model: "2" },
  rollback: "One transaction.",
  exact: true,
};

const text = fc.oneof(
  fc.constantFrom("a", "b", "null", "true", "1", "", "public.orders", "in x"),
  fc.string({ unit: "grapheme", maxLength: 5 }),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const effect: fc.Arbitrary<Effect> = fc.record(
  {
    verb: fc.constantFrom("insert", "delete", "read"),
    object: text,
    place: text,
    rows: maybe(fc.nat(3)),
    bytes: maybe(fc.nat(3)),
    reversibility: fc.constantFrom("reversible", "compensating", "irreversible"),
    note: text,
  },
  { requiredKeys: ["verb", "object", "place", "rows", "bytes", "reversibility"] },
);

/** From few values, so that two of them are often alike in most parts. */
export const anyPlan: fc.Arbitrary<OperationPlan> = fc.record({
  kind: fc.constantFrom("import", "export"),
  summary: text,
  tenant: fc.record({ key: maybe(text), slug: maybe(text), name: maybe(text) }),
  databases: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom("d1", "d2"),
      name: fc.constantFrom("eu-1", "us-1"),
      endpoint: text,
      systemIdentifier: maybe(text),
      timeline: maybe(fc.nat(2)),
      oid: fc.nat(2),
      databaseName: text,
    }),
    { selector: (database) => database.id, maxLength: 2 },
  ),
  options: fc.dictionary(
    fc.constantFrom("a", "b"),
    fc.oneof(maybe(text), fc.nat(2), fc.boolean(), fc.array(text)),
  ),
  tables: fc.dictionary(fc.constantFrom("t", "u"), fc.record({ shape: text, model: text })),
  bundle: maybe(text),
  effects: fc.array(effect, { maxLength: 3 }),
  steps: fc.constant(PLAN.steps),
  gates: fc.constant(PLAN.gates),
  findings: fc.constant([]),
  estimate: fc.record({ rows: maybe(fc.nat()), bytes: maybe(fc.nat()), seconds: maybe(fc.nat()) }),
  versions: fc.record({ planner: text, model: maybe(text) }),
  rollback: text,
  exact: fc.boolean(),
}) as fc.Arbitrary<OperationPlan>;
