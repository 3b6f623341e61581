import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { copyOut } from "../../postgres/copy-streams.ts";
import { pinSession } from "../../postgres/session.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { ORGS, type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";
import { estimateRows } from "./estimate.ts";
import { copyJobs, dataExtents, type Extent } from "./jobs.ts";
import { cutParts } from "./parts.ts";
import { type Slicing, WHOLE } from "./slices.ts";

async function extentsOf(platform: TinyPlatform, slug = "acme"): Promise<Map<string, Extent>> {
  const catalog = await readCatalog(platform.source);
  const model = deriveModel(catalog, platform.file);
  const { rows } = await platform.source.query("SELECT id::text FROM public.orgs WHERE slug = $1", [slug]);
  const key = tenantKeyLiteral(model, rows[0].id as string);
  return new Map(dataExtents(catalog, model, key).map((extent) => [extent.table.id, extent]));
}

async function linesOf(client: pg.Client, extent: Extent, slicing: Slicing): Promise<unknown[][]> {
  const found: unknown[][] = [];
  for (const { sql, columns } of copyJobs(extent, { slicing })) {
    let text = "";
    for await (const part of cutParts(copyOut(client, sql), columns)) text += part.chunks.join("");
    const lines = text.split("\n").slice(0, -1);
    found.push(lines.map((line) => JSON.parse(line)));
  }
  return found;
}

describe("partition trees and heirs", () => {
  let platform: TinyPlatform;
  let extents: Map<string, Extent>;
  beforeAll(async () => {
    platform = await tinyPlatform(`${ORGS}
      CREATE TABLE events (org_id uuid NOT NULL REFERENCES orgs, n int NOT NULL, PRIMARY KEY (org_id, n)) PARTITION BY RANGE (n);
      CREATE TABLE events_low PARTITION OF events FOR VALUES FROM (0) TO (500);
      CREATE TABLE events_high PARTITION OF events FOR VALUES FROM (500) TO (2000) PARTITION BY HASH (n);
      CREATE TABLE events_high_0 PARTITION OF events_high FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE events_high_1 PARTITION OF events_high FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE TABLE parents (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
      CREATE TABLE heirs (PRIMARY KEY (id), extra text, FOREIGN KEY (org_id) REFERENCES orgs) INHERITS (parents);
      CREATE TABLE keyless (org_id uuid NOT NULL REFERENCES orgs, word text);`);
    await platform.source.query(`
      INSERT INTO orgs (slug) VALUES ('acme'), ('other');
      INSERT INTO events SELECT id, n FROM orgs, generate_series(0, 1499) n;
      INSERT INTO parents SELECT n, id FROM orgs, generate_series(1, 20) n WHERE slug = 'acme';
      INSERT INTO heirs SELECT n, id, 'x' FROM orgs, generate_series(11, 40) n WHERE slug = 'acme';
      INSERT INTO keyless SELECT id, 'twice' FROM orgs, generate_series(1, 2)`);
    await pinSession(platform.source);
    extents = await extentsOf(platform);
  });
  afterAll(() => platform.drop());

  it.each([1, 2, 3, 7])("are read whole and once in %i slices", async (slices) => {
    const found = await linesOf(platform.source, extents.get("public.events")!, { by: "place", slices });
    const ns = found.flat().map((row) => (row as { n: number }).n);
    expect(ns.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1500 }, (_, n) => n));
    for (const part of found) expect(part.length).toBeGreaterThan(1500 / slices / 2);
  });

  it("are cut by ranges of pages where all of them are read, the last one without an end", async () => {
    await platform.source.query(`
      INSERT INTO public.parents SELECT n, id FROM public.orgs, generate_series(1000, 5999) n WHERE slug = 'acme';
      ANALYZE public.parents`);
    const parents = extents.get("public.parents")!;
    const { rows, pages } = (await estimateRows(platform.source, [parents])).get(parents)!;
    expect(pages).toBeGreaterThan(20);
    expect(rows).toBeGreaterThan(4000);
    for (const guess of [pages, 4]) {
      const found = await linesOf(platform.source, parents, { by: "pages", slices: 4, pages: guess });
      expect(found.every((part) => part.length > 0)).toBe(true);
      expect(new Set(found.flat().map((row) => (row as { id: number }).id)).size).toBe(5020);
      expect(found.flat()).toHaveLength(5020);
    }
    await platform.source.query("DELETE FROM public.parents WHERE id >= 1000");
  });

  it("have no pages to share where an index leads to the rows", async () => {
    await platform.source.query(`
      INSERT INTO public.parents SELECT n, id FROM public.orgs, generate_series(1000, 5999) n WHERE slug = 'acme';
      INSERT INTO public.parents SELECT n, id FROM public.orgs, generate_series(6000, 6009) n WHERE slug = 'other';
      CREATE INDEX by_org ON public.parents (org_id);
      ANALYZE public.parents`);
    const parents = (await extentsOf(platform, "other")).get("public.parents")!;
    expect((await estimateRows(platform.source, [parents])).get(parents)!.pages).toBe(0);
    await platform.source.query("DELETE FROM public.parents WHERE id >= 1000; DROP INDEX public.by_org");
  });

  it("have one extent for a tree, and one for each of a parent and its heir", () => {
    expect([...extents.keys()].toSorted()).toEqual([
      "public.events",
      "public.heirs",
      "public.keyless",
      "public.orgs",
      "public.parents",
    ]);
  });

  it("give a parent's own rows and an heir's own rows", async () => {
    expect((await linesOf(platform.source, extents.get("public.parents")!, WHOLE)).flat()).toHaveLength(20);
    const heirs = (
      await linesOf(platform.source, extents.get("public.heirs")!, { by: "pages", slices: 2, pages: 1 })
    ).flat();
    expect(heirs).toHaveLength(30);
    expect(heirs[0]).toMatchObject({ extra: "x" });
  });

  it("leave equal rows of a table without a key as many as they are", async () => {
    const rows = (
      await linesOf(platform.source, extents.get("public.keyless")!, { by: "place", slices: 3 })
    ).flat();
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual(rows[1]);
  });

  it("are estimated without being read", async () => {
    const estimates = await estimateRows(platform.source, [...extents.values()]);
    expect([...estimates.values()].every(({ rows }) => Number.isInteger(rows) && rows >= 0)).toBe(true);
    expect(estimates.size).toBe(extents.size);
  });

  it("come back whole, rows of heirs where they were", async () => {
    await platform.export("acme", 3);
    await platform.import({ ids: "kept" });
    const counts = `SELECT (SELECT count(*) FROM events_low)::int AS low, (SELECT count(*) FROM events)::int AS events,
      (SELECT count(*) FROM ONLY parents)::int AS parents, (SELECT count(*) FROM heirs)::int AS heirs,
      (SELECT count(*) FROM keyless)::int AS keyless`;
    expect((await platform.target.query(counts)).rows).toEqual([
      { low: 500, events: 1500, parents: 20, heirs: 30, keyless: 2 },
    ]);
  });
});

describe("names", () => {
  it("that mean something in the statements around them, or hold what needs quoting, are only names", async () => {
    const names = [
      "r",
      "t",
      "e",
      "o",
      "p",
      "k",
      "place",
      "m0",
      "id",
      "lines",
      "order",
      'a"b',
      "a.b",
      "a b",
      "Ä\n'\\",
    ];
    const columns = names.map((name) => `"${name.replaceAll('"', '""')}" text`);
    const schema = 'CREATE SCHEMA "s.""x"""; ';
    const platform = await tinyPlatform(
      `${schema} ${ORGS} CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE);
       CREATE TABLE "s.""x"""."select ""T""" (${columns.join(", ")}, org_id uuid NOT NULL REFERENCES orgs,
         user_id int REFERENCES users, "E" int[], data jsonb, "c1" int[]);`,
      `
       common: { public.users: { match: [email] } }
       references:
         - { from: '"s.""x"""."select ""T"""."E"', each: true, to: public.users.id }
         - { from: '"s.""x"""."select ""T""".data', path: "$['a.b'][*]", to: public.users.id }`,
    );
    const table = '"s.""x"""."select ""T"""';
    await platform.source.query("INSERT INTO users (email) VALUES ('ann'), ('ben'), ('cem')");
    await platform.target.query("INSERT INTO users (email) VALUES ('cem'), ('ben'), ('ann')");
    await platform.source.query(
      `INSERT INTO orgs (slug) VALUES ('acme');
       INSERT INTO ${table} SELECT ${names.map((_, at) => `'value ${at}'`).join(", ")}, id, 1, '{2,NULL}', '{"a.b": [3, null]}', '{1}' FROM orgs`,
    );
    await platform.export("acme");
    await platform.import();
    const { rows } = await platform.target.query(`SELECT * FROM ${table}`);
    expect(rows).toHaveLength(1);
    expect(names.map((name) => rows[0][name])).toEqual(names.map((_, at) => `value ${at}`));
    expect(rows[0]).toMatchObject({ user_id: 3, E: [2, null], data: { "a.b": [1, null] } });
    await platform.drop();
  });
});
