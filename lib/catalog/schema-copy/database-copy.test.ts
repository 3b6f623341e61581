/** A database made again from its catalog alone: the same schema in every part that the catalog model knows. */
import { expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import type { Catalog } from "../catalog.ts";
import { makeFixture } from "../fixtures/read-fixture.ts";
import { readCatalog } from "../read.ts";
import { makeDatabase, readDatabase } from "./database-copy.ts";

/** What differs between any two databases, and what is no part of a copy. */
const ITS_OWN = new Set([
  "oid",
  "typeOid",
  "baseTypeOid",
  "position",
  "comment",
  "owner",
  "estimatedRows",
  "bytes",
]);

/** Tables and sequences by name, without what is each database's own; lists of named things in one order. */
function comparable({ tables, sequences }: Catalog): unknown {
  const byName = (a: { name?: string }, b: { name?: string }) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1);
  return JSON.parse(
    JSON.stringify({ tables: Object.fromEntries(tables), sequences }, (key, value: unknown) => {
      if (ITS_OWN.has(key)) return undefined;
      const named = Array.isArray(value) && value.every((each) => typeof each === "object" && "name" in each);
      return named && key !== "columns" ? value.toSorted(byName) : value;
    }),
  );
}

async function copied(original: TestDatabase) {
  const source = await original.connect();
  const before = await readCatalog(source);
  const copy = await createTestDatabase("empty");
  const target = await copy.connect();
  const read = await readDatabase(source);
  const findings = [...read.findings, ...(await makeDatabase(target, read))];
  const after = await readCatalog(target);
  await copy.drop();
  return { before, after, findings };
}

it("the demo platform, with its row security, triggers, domains and partitions", async () => {
  const { before, after, findings } = await copied(await createTestDatabase("harbor"));
  expect(before.tables.size).toBeGreaterThan(30);
  expect(findings).toEqual([]);
  expect(comparable(after)).toEqual(comparable(before));
});

it.each(["names", "types", "columns", "partitions", "keys", "foreign-keys", "triggers"])(
  "the schemas of the fixture %s",
  async (topic) => {
    const original = await createTestDatabase("empty");
    const client = await original.connect();
    await makeFixture(client, topic);
    const { before, after, findings } = await copied(original);
    expect(before.tables.size).toBeGreaterThan(0);
    expect(findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
    expect(comparable(after)).toEqual(comparable(before));
    await original.drop();
  },
);

it("says which table lacks a type that cannot be made again, and makes all others", async () => {
  const original = await createTestDatabase("empty");
  await (await original.connect()).query(`
    CREATE FUNCTION apart(a int4, b int4) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT (a - b)::float8';
    CREATE TYPE span AS RANGE (subtype = int4, subtype_diff = apart);
    CREATE TABLE bookings (id int PRIMARY KEY, during span);
    CREATE TABLE rooms (id int PRIMARY KEY)`);
  const { after, findings } = await copied(original);
  expect([...after.tables.keys()]).toEqual(["public.rooms"]);
  expect(findings.filter(({ severity }) => severity === "blocks").map(({ where }) => where)).toEqual([
    "public (table bookings)",
    "public (constraint bookings_pkey of bookings)",
  ]);
  expect(findings.map(({ where }) => where)).toContain("public (range type span)");
  await original.drop();
});

it("names the extension that the server lacks, and whichever columns need it", async () => {
  const original = await createTestDatabase("empty");
  const source = await original.connect();
  await source.query(`
    CREATE EXTENSION citext; CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION pg_trgm;
    CREATE TABLE people (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), emails citext[] NOT NULL)`);
  const copy = await readDatabase(source);
  expect(copy.extensions.map(({ name, columns }) => [name, columns])).toEqual([
    ["citext", ["public.people.emails"]],
    ["uuid-ossp", ["public.people.id"]],
    ["pg_trgm", []],
  ]);
  const elsewhere = await createTestDatabase("empty");
  const extensions = copy.extensions.map((each) => ({ ...each, name: `no_${each.name}` }));
  const findings = await makeDatabase(await elsewhere.connect(), { ...copy, extensions });
  expect(findings.map(({ code, severity, where }) => [code, severity, where])).toEqual([
    ["extension-missing", "blocks", "public (extension no_citext)"],
    ["extension-missing", "blocks", "public (extension no_uuid-ossp)"],
    ["extension-missing", "notes", "public (extension no_pg_trgm)"],
  ]);
  expect(findings[0]!.what).toContain("has no extension no_citext");
  expect(findings[0]!.what).toContain("public.people.emails needs it");
  await original.drop();
  await elsewhere.drop();
});
