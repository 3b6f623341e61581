import { expect, test } from "vitest";
import { edgesOf, ownedThrough } from "./edges.ts";
import { resolveNames } from "./resolve-names.ts";
import { catalogOf, organizations, platformOf, table } from "./testing/catalog-builder.ts";
import { owned } from "./testing/derive.ts";

function edges(own: ReturnType<typeof table>, yaml = "") {
  const catalog = catalogOf(organizations(), owned("projects"), own);
  const { answers } = resolveNames(catalog, platformOf(yaml));
  return edgesOf(catalog.tables.get("public.t")!, answers!).map(({ hop, weak, soft, nullable }) => ({
    to: hop.table,
    by: hop.foreignKey,
    weak,
    soft,
    nullable,
  }));
}

const projects = "public.projects";
const subKey = "sub_keys: [{ table: public.projects, key: id, columns: [project_id] }]";
const line = "references: [{ from: public.t.project_id, to: public.projects.id }]";

test.each([
  ["uuid", {}, { weak: false, soft: false, nullable: false }],
  ["uuid?", {}, { weak: true, soft: false, nullable: true }],
  ["uuid", { validated: false }, { weak: true, soft: false, nullable: false }],
])("a foreign key of %s %j is a step of that strength", (type, more, expected) => {
  const own = table("t").to("project_id", type, "projects.id", more);
  expect(edges(own)).toEqual([{ to: projects, by: "t_project_id_fkey", ...expected }]);
});

test("a sub-key is as strong as its column, a line under references is soft", () => {
  const own = (type: string) => table("t").column("project_id", type);
  expect(edges(own("uuid"), subKey)).toEqual([
    { to: projects, by: null, weak: false, soft: false, nullable: false },
  ]);
  expect(edges(own("uuid?"), subKey)).toEqual([
    { to: projects, by: null, weak: true, soft: false, nullable: true },
  ]);
  expect(edges(own("uuid"), line)).toEqual([
    { to: projects, by: null, weak: true, soft: true, nullable: false },
  ]);
});

test("what a foreign key says is not said again by a sub-key or a line", () => {
  const own = () => table("t").to("project_id", "uuid", "projects.id");
  expect(edges(own(), `${subKey}\n${line}`)).toHaveLength(1);
});

test("an array, a document, a type/id pair and a pattern lead to no owner", () => {
  const own = table("t")
    .column("ids", "uuid[]")
    .column("data", "jsonb")
    .column("kind", "text")
    .column("key", "text");
  expect(
    edges(
      own,
      `references:
         - { from: public.t.ids, each: true, to: public.projects.id }
         - { from: public.t.data, path: $.id, to: public.projects.id }
         - { from: public.t.key, when: { kind: project }, to: public.projects.id }
         - { from: public.t.key, pattern: "p/{public.projects.id}" }`,
    ),
  ).toEqual([]);
});

test("the step to an owner goes by its foreign key, else by the primary key, else there is none", () => {
  const data = () => table("data").column("id", "uuid").column("code", "text").unique("code");
  const owner = table("docs").to("code", "text", "data.code").column("soft", "uuid").build();
  const whole = data().primary("id").build();
  expect(ownedThrough(whole, owner, "code")?.hop).toMatchObject({
    columns: ["code"],
    targetColumns: ["code"],
  });
  expect(ownedThrough(whole, owner, "soft")?.hop).toMatchObject({ columns: ["id"], targetColumns: ["soft"] });
  expect(ownedThrough(data().build(), owner, "soft")).toBeNull();
});
