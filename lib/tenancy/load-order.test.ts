import fc from "fast-check";
import { expect, test } from "vitest";
import { connectedComponents, loadOrder } from "./load-order.ts";
import type { Reference } from "./model.ts";

const reference = (from: string, to: string, more: Partial<Reference> = {}): Reference => ({
  kind: "foreign key",
  from: { table: from, columns: [`${to}_id`] },
  to: { table: to, columns: ["id"] },
  foreignKey: `${from}_${to}`,
  when: null,
  path: null,
  pattern: null,
  nullable: false,
  ...more,
});

const graphs = fc
  .array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { minLength: 1, maxLength: 25 })
  .map((pairs) => ({
    tables: Array.from({ length: 10 }, (_, i) => `t${i}`),
    references: pairs.map(([from, to, nullable]) => reference(`t${from}`, `t${to}`, { nullable })),
  }));

/** Everything that can be reached, written apart from Tarjan. */
function reachable(references: readonly Reference[], from: string): Set<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let table = open.pop(); table !== undefined; table = open.pop()) {
    for (const { from, to } of references) {
      if (from.table !== table || seen.has(to.table)) continue;
      seen.add(to.table);
      open.push(to.table);
    }
  }
  return seen;
}

test("every table stands once, after every parent that it is not in a circle with", () => {
  fc.assert(
    fc.property(graphs, ({ tables, references }) => {
      const { order } = loadOrder(tables, references);
      expect(order.toSorted()).toEqual(tables);
      for (const { from, to } of references) {
        if (from.table === to.table || reachable(references, to.table).has(from.table)) continue;
        expect(order.indexOf(to.table)).toBeLessThan(order.indexOf(from.table));
      }
    }),
  );
});

test("cycles are exactly the tables that can reach each other", () => {
  fc.assert(
    fc.property(graphs, ({ tables, references }) => {
      const { cycles } = loadOrder(tables, references);
      const together = (a: string, b: string) =>
        cycles.some((cycle) => cycle.includes(a) && cycle.includes(b));
      for (const a of tables) {
        for (const b of tables) {
          if (a === b) continue;
          const mutual = reachable(references, a).has(b) && reachable(references, b).has(a);
          expect(together(a, b)).toBe(mutual);
        }
      }
    }),
  );
});

test("the order does not depend on the order of what it is given", () => {
  fc.assert(
    fc.property(graphs, ({ tables, references }) => {
      expect(loadOrder(tables.toReversed(), references.toReversed())).toEqual(loadOrder(tables, references));
    }),
  );
});

test("two cycles behind one table stand in the same order, whichever reference is read first", () => {
  const references = [
    ...[reference("a", "b"), reference("b", "c"), reference("c", "b")],
    ...[reference("a", "d"), reference("d", "e"), reference("e", "d")],
  ];
  const tables = ["a", "b", "c", "d", "e"];
  const { cycles } = loadOrder(tables, references);
  expect(cycles).toEqual([
    ["b", "c"],
    ["d", "e"],
  ]);
  expect(loadOrder(tables, references.toReversed()).cycles).toEqual(cycles);
});

test("within a cycle the edge that may be NULL is the one that is broken", () => {
  const references = [reference("a", "b"), reference("b", "a", { nullable: true })];
  expect(loadOrder(["a", "b"], references)).toEqual({ order: ["b", "a"], cycles: [["a", "b"]] });
});

test("a table of its own parent is no cycle", () => {
  expect(loadOrder(["a"], [reference("a", "a", { nullable: true })])).toEqual({ order: ["a"], cycles: [] });
});

test("a virtual reference is only a preference", () => {
  const soft = reference("a", "b", { kind: "array", foreignKey: null });
  expect(loadOrder(["a", "b"], [soft]).order).toEqual(["b", "a"]);
  expect(loadOrder(["a", "b"], [soft, reference("b", "a")]).order).toEqual(["a", "b"]);
});

test("a chain of a thousand tables is no problem", () => {
  const tables = Array.from({ length: 1000 }, (_, i) => `t${String(i).padStart(4, "0")}`);
  const needs = new Map(tables.map((name, i) => [name, new Set(tables.slice(i + 1, i + 2))]));
  expect(connectedComponents(tables, needs)).toHaveLength(1000);
});
