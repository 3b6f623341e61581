import { expect, test } from "vitest";
import type { Catalog } from "../../catalog/catalog.ts";
import { creationEntry } from "../../tenancy/platform-file-creation.ts";
import { rowEffects } from "./effects.ts";
import { createInput } from "./input.ts";
import { newRows } from "./rows.ts";

const table = (name: string, ...columns: string[]) =>
  [
    `public.${name}`,
    { id: `public.${name}`, kind: "table", columns: columns.map((column) => ({ name: column })) },
  ] as const;

const CATALOG = {
  tables: new Map<string, unknown>([
    table("orgs", "id", "slug", "name", "status", "plan_id"),
    table("hosts", "org_id", "host", "note"),
    table("plans", "id", "code"),
    table("settings", "org_id"),
  ]),
} as unknown as Catalog;

const creation = (value: unknown) => {
  const parsed = creationEntry.parse(value);
  if ("command" in parsed) throw new Error("rows were meant");
  return parsed;
};

const ROWS = {
  rows: [
    {
      table: "public.orgs",
      values: {
        slug: "{slug}",
        name: "{name} & Co",
        status: "suspended",
        plan_id: { find: "public.plans.id", where: { code: "starter" } },
      },
    },
    { table: "public.hosts", values: { org_id: "{key}", host: "{domain}", note: null } },
  ],
  by_triggers: { "public.settings": 1 },
};

test("placeholders are filled, the key waits for the root's row, and a row with a domain is there once for each", () => {
  const input = createInput.parse({
    slug: "acme",
    name: "Acme {slug}",
    domains: "A.example,\nb.example a.example",
  });
  const { rows, byTriggers, findings } = newRows(CATALOG, creation(ROWS), input);
  expect(findings).toEqual([]);
  expect(rows.map(({ table: name }) => name)).toEqual(["public.orgs", "public.hosts", "public.hosts"]);
  // What a person typed is a value, whatever it looks like.
  expect(rows[0]!.values).toEqual({
    slug: { kind: "text", text: "acme" },
    name: { kind: "text", text: "Acme {slug} & Co" },
    status: { kind: "text", text: "suspended" },
    plan_id: { kind: "lookup", table: "public.plans", column: "id", where: { code: "starter" } },
  });
  expect(rows.slice(1).map(({ values }) => values)).toEqual(
    ["a.example", "b.example"].map((host) => ({
      org_id: { kind: "key", template: "{key}" },
      host: { kind: "text", text: host },
      note: { kind: "text", text: null },
    })),
  );
  expect([...byTriggers]).toEqual([["public.settings", 1]]);
});

test("a key that people choose is a value like the others, and no domain means no row for one", () => {
  const input = createInput.parse({ slug: "acme", name: "Acme", key: "k-1" });
  const { rows } = newRows(
    CATALOG,
    creation({ rows: [{ table: "public.orgs", values: { id: "{key}" } }, ROWS.rows[1]] }),
    input,
  );
  expect(rows).toEqual([{ table: "public.orgs", values: { id: { kind: "text", text: "k-1" } } }]);
});

test("each name that the database does not have is one finding with the nearest", () => {
  const input = createInput.parse({ slug: "acme", name: "Acme", domains: ["a.example", "b.example"] });
  const { findings } = newRows(
    CATALOG,
    creation({
      rows: [
        { table: "public.org", values: {} },
        {
          table: "public.hosts",
          values: { hots: "{domain}", org_id: { find: "public.plans.ids", where: { code: "x" } } },
        },
      ],
      by_triggers: { "public.setings": 1 },
    }),
    input,
  );
  expect(findings.map(({ code, where, todo }) => [code, where, todo])).toEqual([
    ["unknown-table", "public.org", "Did you mean public.orgs?"],
    ["unknown-column", "public.hosts.hots", "Did you mean public.hosts.host?"],
    ["unknown-column", "public.plans.ids", "Did you mean public.plans.id?"],
    ["unknown-table", "public.setings", "Did you mean public.settings?"],
  ]);
});

test("effects count the rows of each table, those of triggers apart", () => {
  const input = createInput.parse({ slug: "acme", name: "Acme", domains: ["a.example", "b.example"] });
  const effects = rowEffects(newRows(CATALOG, creation(ROWS), input), "eu-1");
  expect(effects.map(({ object, rows, note }) => [object, rows, note])).toEqual([
    ["public.orgs", 1, undefined],
    ["public.hosts", 2, undefined],
    ["public.settings", 1, "by a trigger of the platform"],
  ]);
});

test.each([
  [{ rows: [] }],
  [{ rows: [{ table: "public.orgs" }] }],
  [{ rows: [{ table: "public.orgs", values: { a: { find: "x.y.z", where: {} } } }] }],
  [{ command: "x", rows: [] }],
  [{ rows: [{ table: "public.orgs", values: {} }], by_triggers: { a: 0 } }],
])("%j is no creation", (value) => {
  expect(creationEntry.safeParse(value).success).toBe(false);
});
