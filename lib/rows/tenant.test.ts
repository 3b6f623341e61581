import { expect, it } from "vitest";
import { readCatalog } from "../catalog/read.ts";
import { pinSession } from "../postgres/session.ts";
import { deriveModel } from "../tenancy/derive-model.ts";
import { findTenant, tenantKeyLiteral } from "./tenant.ts";
import { tinyPlatform } from "./testing/tiny-platform.ts";

it("a tenant is found by slug or key, its domains with it, and never at random", async () => {
  const platform = await tinyPlatform(
    `CREATE SCHEMA "my.schema";
     CREATE TABLE "my.schema"."key" ("select" char(4) PRIMARY KEY, "t" text, "Name" text);
     CREATE TABLE "my.schema".hosts (t text, "select" char(4) REFERENCES "my.schema"."key");`,
    `tenant: { table: '"my.schema"."key"', key: select, slug: t, name: Name, domains: '"my.schema".hosts.t' }`,
  );
  await platform.source.query(`
    INSERT INTO "my.schema"."key" VALUES ('a''\\', 'first', 'A "name"'), ('b', 'c', NULL), ('c', 'third', NULL), ('d', NULL, 'no slug'),
      ('e', 'same', NULL), ('f', 'same', NULL);
    INSERT INTO "my.schema".hosts VALUES ('z.example', 'a''\\'), ('a.example', 'a''\\'), (NULL, 'a''\\'), ('b.example', 'b')`);
  await pinSession(platform.source);
  const model = deriveModel(await readCatalog(platform.source), platform.file);
  const find = (name: string) => findTenant(platform.source, model, name);
  expect(await find("first")).toEqual({
    key: "a'\\ ",
    slug: "first",
    name: 'A "name"',
    domains: ["a.example", "z.example"],
  });
  expect(await find("a'\\ ")).toMatchObject({ slug: "first" });
  // "c" is the slug of one and, padded, not quite the key of another: the slug wins.
  expect(await find("c")).toMatchObject({ key: "b   ", domains: ["b.example"] });
  expect(await find("d   ")).toEqual({ key: "d   ", slug: null, name: "no slug", domains: [] });
  expect(await find("same")).toMatchObject({ code: "tenant-ambiguous" });
  expect(await find("e   ")).toMatchObject({ slug: "same" });
  for (const nobody of ["", "nobody", "'; DROP TABLE x"])
    expect(await find(nobody)).toMatchObject({ code: "tenant-not-found", severity: "blocks" });
  expect(tenantKeyLiteral(model, "a'b")).toBe("'a''b'::character(4)");
  await platform.drop();
});
