/** The walk, whole: out of one database of the demo platform and into another, judged from outside. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { forget, readExactRows } from "../testing/exact-rows.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { compareTenants } from "../testing/oracle.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { dryRunFrom, exportTo, harborPlatform, importFrom, temporaryFolder } from "../testing/walk.ts";

interface Region {
  readonly database: TestDatabase;
  readonly client: pg.Client;
}

let platform: PlatformFile;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const regions = new Map<"harbor" | "harbor-us", Region>();

beforeAll(async () => {
  platform = await harborPlatform();
  folder = await temporaryFolder();
  for (const template of ["harbor", "harbor-us"] as const) {
    const database = await createTestDatabase(template);
    regions.set(template, { database, client: await database.connect() });
  }
});
afterAll(async () => {
  await folder.remove();
  for (const { database } of regions.values()) await database.drop();
});

const TENANTS = [
  ["kestrel", "harbor", "harbor-us"],
  ["saltmarsh", "harbor", "harbor-us"],
  ["tern-island", "harbor", "harbor-us"],
  ["bluefin", "harbor-us", "harbor"],
  ["copper-basin", "harbor-us", "harbor"],
] as const;

let copies = 0;

/** Exports a tenant, and asks for an import under another slug and other domains. */
async function copyOf(slug: string, from: "harbor" | "harbor-us", compression: "gzip" | "zstd" = "gzip") {
  const url = regions.get(from)!.database.url;
  const name = `${slug}-${++copies}.${compression === "gzip" ? "tar.gz" : "tar.zst"}`;
  const bundle = await exportTo(folder.path, { url, platform, tenant: slug, name, compression });
  const changes = {
    newSlug: `${slug}-copy-${copies}`,
    newDomains: new Map(bundle.manifest.tenant.domains.map((domain) => [domain, `copy-${copies}.${domain}`])),
  };
  return { bundle, changes, spec: harborSpec({ slug: changes.newSlug, domains: changes.newDomains }) };
}

const COUNT_USERS = "SELECT count(*)::int AS count FROM users";

async function countUsers(client: pg.Client): Promise<number> {
  return (await client.query<{ count: number }>(COUNT_USERS)).rows[0]!.count;
}

describe.each(TENANTS)("%s", (slug, home, elsewhere) => {
  it.each(["gzip", "zstd"] as const)("is the same beside the original, by %s", async (compression) => {
    const { database, client } = regions.get(home)!;
    const { bundle, changes, spec } = await copyOf(slug, home, compression);
    const source = await fileSource(bundle.path);
    const verification = await verifyBundle(source);
    await source.close();
    expect(verification.seal?.totals).toEqual(bundle.seal.totals);

    const before = await readResidents(client, spec);
    const result = await importFrom({ path: bundle.path, url: database.url, platform, ...changes });
    expect(result.outcome).toBe("imported");
    const after = await readResidents(client, spec, result.tenant.key);
    expect(changedResidents(before, after)).toEqual([]);
    const verdict = await compareTenants(
      spec,
      { client, key: bundle.manifest.tenant.key },
      { client, key: result.tenant.key },
    );
    expect(verdict.differences).toEqual([]);
    expect(verdict.keptIds).toEqual([]);
    expect(verdict.rows).toBe(result.tables.reduce((rows, table) => rows + table.rows, 0));
    expect(verdict.rows).toBeGreaterThan(25);
  });

  it("is the same in the other database, whose shared rows have other ids", async () => {
    const { database, client } = regions.get(elsewhere)!;
    const { bundle, changes, spec } = await copyOf(slug, home);
    const before = await readResidents(client, spec);
    const users = await countUsers(client);
    const result = await importFrom({ path: bundle.path, url: database.url, platform, ...changes });
    const created = result.findings.find(({ code }) => code === "common-rows-created")?.count ?? 0;
    expect(created).toBeGreaterThan(0);
    expect(await countUsers(client)).toBe(users + created);
    const after = await readResidents(client, spec, result.tenant.key);
    expect(changedResidents(before, after)).toEqual([`public.users: 0 rows gone, ${created} new`]);
    const verdict = await compareTenants(
      spec,
      { client: regions.get(home)!.client, key: bundle.manifest.tenant.key },
      { client, key: result.tenant.key },
    );
    expect(verdict.differences).toEqual([]);
    expect(verdict.keptIds).toEqual([]);
  });
});

describe("people who were not there", () => {
  it("are created with their name and nothing else; those who were stay as they are", async () => {
    const us = await createTestDatabase("harbor-us");
    const client = await us.connect();
    const { bundle, changes } = await copyOf("kestrel", "harbor");
    const known = "SELECT email, users::text AS line FROM users ORDER BY email";
    const before = (await client.query<{ email: string; line: string }>(known)).rows;
    await importFrom({ path: bundle.path, url: us.url, platform, ...changes });
    expect((await client.query(known)).rows).toEqual(expect.arrayContaining(before));
    const emails = before.map(({ email }) => email);
    const { rows: made } = await client.query(
      `SELECT email, name, num_nonnulls(password_hash, totp_secret, last_seen_ip) AS more
         FROM users WHERE email <> ALL ($1) ORDER BY email`,
      [emails],
    );
    const { rows: meant } = await regions
      .get("harbor")!
      .client.query("SELECT email, name, 0 AS more FROM users WHERE email = ANY ($1) ORDER BY email", [
        made.map((row) => row.email),
      ]);
    expect(made.length).toBeGreaterThan(2);
    expect(made).toEqual(meant);
    await us.drop();
  });
});

describe("secrets", () => {
  it("are new, blank or missing, and never the old ones", async () => {
    const { database, client } = regions.get("harbor")!;
    const { bundle, changes } = await copyOf("kestrel", "harbor");
    const { tenant } = await importFrom({ path: bundle.path, url: database.url, platform, ...changes });
    const { rows: tokens } = await client.query<{ token: string }>(
      "SELECT token FROM invites WHERE organization_id = ANY ($1)",
      [[bundle.manifest.tenant.key, tenant.key]],
    );
    expect(new Set(tokens.map((row) => row.token)).size).toBe(tokens.length);
    const { rows: left } = await client.query(
      `SELECT (SELECT count(*)::int FROM devices WHERE organization_id = $1 AND private_key IS NOT NULL) AS keys,
              (SELECT count(*)::int FROM domains WHERE organization_id = $1 AND verification_token <> '') AS tokens,
              (SELECT count(*)::int FROM invites WHERE organization_id = $1 AND length(token) < 40) AS invites,
              (SELECT count(*)::int FROM connectors c JOIN projects p ON p.id = c.project_id
                WHERE p.organization_id = $1 AND c.config ? 'clientSecret') AS configs`,
      [tenant.key],
    );
    expect(left).toEqual([{ keys: 0, tokens: 0, invites: 0, configs: 0 }]);
  });
});

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
    const bundle = await exportTo(folder.path, {
      url: home.url,
      platform,
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

    const result = await importFrom({ path: bundle.path, url: home.url, platform, ids: "kept" });
    expect(result.tenant).toEqual({ key, slug });
    expect(await readExactRows(client, spec, key, "imported")).toEqual(rows);
    expect(changedResidents(before, await readResidents(client, spec, key))).toEqual([]);
    expect(await staleSequences(client)).toEqual([]);
    await home.drop();
  });

  it("is not imported a second time where it lives", async () => {
    const { database, client } = regions.get("harbor")!;
    const { bundle, spec } = await copyOf("saltmarsh", "harbor");
    const before = await readResidents(client, spec);
    const plan = await dryRunFrom({ path: bundle.path, url: database.url, platform, ids: "kept" });
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
    const { database, client } = regions.get("harbor")!;
    const { bundle, changes, spec } = await copyOf("saltmarsh", "harbor");
    const request = { path: bundle.path, url: database.url, platform, ...changes };
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
    const { database } = regions.get("harbor")!;
    const { bundle, changes } = await copyOf("tern-island", "harbor");
    const request = { path: bundle.path, url: database.url, platform, ...changes };
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
    const { database, client } = regions.get("harbor-us")!;
    const { bundle, changes, spec } = await copyOf("kestrel", "harbor");
    const request = { path: bundle.path, url: database.url, platform, ...changes };
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
    const { database } = regions.get("harbor")!;
    const { bundle } = await copyOf("kestrel", "harbor");
    const plan = await dryRunFrom({ path: bundle.path, url: database.url, platform });
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
