import { expect, it } from "vitest";
import type { EmptinessProof } from "../../rows/delete/prove-empty.ts";
import { leftOver } from "./left-over.ts";

const table = { table: "public.items", deleted: 4, byPath: 0, byKey: null };
const reference = { id: "public.logs.item_id", kind: "column", rows: 0, left: false } as const;
const proof = (more: Partial<EmptinessProof>): EmptinessProof => ({
  empty: false,
  provedAt: "2026-06-10T12:00:00.000Z",
  tables: [table],
  references: [],
  schema: null,
  objects: [],
  ...more,
});

it.each<[string, Partial<EmptinessProof>, RegExp]>([
  ["rows", { tables: [{ ...table, byPath: 2, byKey: 1 }] }, /3 rows of public\.items\.$/],
  [
    "pointers",
    { references: [{ ...reference, rows: 2 }] },
    /2 rows that name it by public\.logs\.item_id\.$/,
  ],
  ["a schema", { schema: { name: "t_one", isThere: true } }, /the schema t_one\.$/],
  [
    "a schema and what is in it",
    {
      schema: {
        name: "t_one",
        isThere: true,
        holds: [
          { kind: "sequence", count: 2 },
          { kind: "view", count: 1 },
        ],
      },
    },
    /the schema t_one \(2 sequences, 1 view\)\.$/,
  ],
  ["rows that are noted and there", {}, /^Not every row/],
])("names %s that are left", (_what, more, said) => {
  expect(leftOver(proof(more), "eu-1").what).toMatch(said);
});

it("says apart from that what nobody can say, and nothing of what is left by an answer", () => {
  const unknown = leftOver(proof({ references: [{ ...reference, rows: null }] }), "eu-1");
  expect(unknown.what).toMatch(/^Whether a row still names it by public\.logs\.item_id, nobody can say/);
  expect(unknown.todo).not.toContain("behind the fence");
  const left = leftOver(
    proof({ tables: [{ ...table, byPath: 1 }], references: [{ ...reference, rows: null, left: true }] }),
    "eu-1",
  );
  expect(left.what).toBe("Something is left: 1 rows of public.items.");
});
