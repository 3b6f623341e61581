/** A tenant that comes back as it was; an import that is asked for again; one that is only tried. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "../../testing/database.ts";
import { forget, readExactRows } from "../testing/exact-rows.ts";
import { type HarborRegions, openRegions } from "../testing/harbor-regions.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { dryRunFrom, exportTo, importFrom } from "../testing/walk.ts";

let harbor: HarborRegions;
beforeAll(async () => {
  harbor = await openRegions();
});
afterAll(() => harbor.remove());

const EXCLUDED = ["sessions", "search_cache"].map((name) => ({
  name: `public.${name}`,
  owned: "t.organization_id::text = $1",
}));
const QUEUED = {
  name: "public.index_queue",
  owned: `t.shipment_id IN (SELECT s.id FROM shipments s JOIN projects p ON p.id = s.project_id
                             WHERE p.organization_id::text = $1)`,
};

describe("a tenant that was deleted", () => {
  it.each(["kestrel", "tern-island"])("comes back letter by letter: %s", async (slug) => {
    const home = await createTestDatabase("harbor");
    const client = await home.connect();
    const spec = harborSpec();
    const bundle = await exportTo(harbor.folder, {
      url: home.url,
      platform: harbor.platform,
      tenant: slug,
      name: `kept-${slug}.tar.gz`,
    });
    const { key } = bundle.manifest.tenant;
    const rows = await readExactRows(client, spec, key, "source");
    const whole = await readResidents(client, spec, key);
    await forget(client, spec, key, [...EXCLUDED, QUEUED]);
    const before = await readResidents(client, spec);
    expect(
      changedResidents(whole, before).every((line) => /sessions|search_cache|index_queue/.test(line)),
    ).toBe(true);

    const result = await importFrom({
      path: bundle.path,
      url: home.url,
      platform: harbor.platform,
      ids: "kept",
    });
    expect(result.tenant).toEqual({ key, slug });
    expect(await readExactRows(client, spec, key, "imported")).toEqual(rows);
    expect(changedResidents(before, await readResidents(client, spec, key))).toEqual([]);
    expect(await staleSequences(client)).toEqual([]);
    await home.drop();
  });

  it("is not imported a second time where it lives", async () => {
    const { database, client } = harbor.of("harbor");
    const { bundle, spec } = await harbor.copyOf("saltmarsh", "harbor");
    const before = await readResidents(client, spec);
    const plan = await dryRunFrom({
      path: bundle.path,
      url: database.url,
      platform: harbor.platform,
      ids: "kept",
    });
    expect(plan.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["tenant-exists", "slug-taken", "domain-taken"]),
    );
    expect(changedResidents(before, await readResidents(client, spec))).toEqual([]);
  });
});

/** Sequences whose next number is in use already. */
async function staleSequences(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; column: string; table: string }>(`
    SELECT d.objid::regclass::text AS name, d.refobjid::regclass::text AS table, quote_ident(a.attname) AS column
      FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE d.deptype IN ('a', 'i')`);
  expect(rows.length).toBeGreaterThan(5);
  const stale: string[] = [];
  for (const { name, table, column } of rows) {
    const { rowCount } = await client.query(
      `SELECT FROM ${table}, ${name} s HAVING max(${column}) >= max(s.last_value + s.is_called::int)`,
    );
    if (rowCount === 1) stale.push(name);
  }
  return stale;
}

describe("the same import again", () => {
  it("finds that it was done, and does nothing", async () => {
    const { database, client } = harbor.of("harbor");
    const { bundle, changes, spec } = await harbor.copyOf("saltmarsh", "harbor");
    const request = { path: bundle.path, url: database.url, platform: harbor.platform, ...changes };
    const first = await importFrom(request);
    const before = await readResidents(client, spec);
    const second = await importFrom(request);
    expect(second).toMatchObject({
      outcome: "imported before",
      tenant: first.tenant,
      journal: first.journal,
    });
    expect(second.findings.map(({ code }) => code)).toEqual(["imported-before"]);
    expect(changedResidents(before, await readResidents(client, spec))).toEqual([]);
  });

  it("is another one when it is asked for under another slug", async () => {
    const { database } = harbor.of("harbor");
    const { bundle, changes } = await harbor.copyOf("tern-island", "harbor");
    const request = { path: bundle.path, url: database.url, platform: harbor.platform, ...changes };
    const first = await importFrom(request);
    const again = {
      newSlug: "tern-again",
      newDomains: new Map([...changes.newDomains].map(([old]) => [old, `again.${old}`])),
    };
    const second = await importFrom({ ...request, ...again });
    expect(second.outcome).toBe("imported");
    expect(second.tenant.key).not.toBe(first.tenant.key);
  });
});

describe("a dry run", () => {
  it("changes nothing, and says the rows that the import then loads", async () => {
    const { database, client } = harbor.of("harbor-us");
    const { bundle, changes, spec } = await harbor.copyOf("kestrel", "harbor");
    const request = { path: bundle.path, url: database.url, platform: harbor.platform, ...changes };
    const before = await readResidents(client, spec);
    const sequences = "SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2";
    const drawn = (await client.query(sequences)).rows;
    const plan = await dryRunFrom(request);
    expect(plan.findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
    expect(changedResidents(before, await readResidents(client, spec))).toEqual([]);
    expect((await client.query(sequences)).rows).toEqual(drawn);
    const result = await importFrom(request);
    const loaded = result.tables.reduce((rows, table) => rows + table.rows, 0);
    const carried = plan.scan!.common.reduce((rows, table) => rows + table.length, 0);
    expect(plan.scan!.seal.totals.rows).toBe(loaded + carried);
    expect(
      plan.scan!.seal.tables.filter(({ section }) => section === "data").map(({ rows }) => rows),
    ).toEqual(result.tables.map(({ rows }) => rows));
  });

  it("names every collision that it can see, with its number", async () => {
    const { database } = harbor.of("harbor");
    const { bundle } = await harbor.copyOf("kestrel", "harbor");
    const plan = await dryRunFrom({ path: bundle.path, url: database.url, platform: harbor.platform });
    expect(plan.findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
      { code: "slug-taken", where: "public.organizations.slug", count: 1 },
      {
        code: "domain-taken",
        where: "public.domains.hostname",
        count: bundle.manifest.tenant.domains.length,
      },
    ]);
  });
});
