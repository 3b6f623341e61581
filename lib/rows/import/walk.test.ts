/** The walk, whole: out of one database of the demo platform and into another, judged from outside. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { type HarborRegions, openRegions } from "../testing/harbor-regions.ts";
import { compareTenants } from "../testing/oracle.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { importFrom } from "../testing/walk.ts";

let harbor: HarborRegions;
beforeAll(async () => {
  harbor = await openRegions();
});
afterAll(() => harbor.remove());

const TENANTS = [
  ["kestrel", "harbor", "harbor-us"],
  ["saltmarsh", "harbor", "harbor-us"],
  ["tern-island", "harbor", "harbor-us"],
  ["bluefin", "harbor-us", "harbor"],
  ["copper-basin", "harbor-us", "harbor"],
] as const;

const COUNT_USERS = "SELECT count(*)::int AS count FROM users";

async function countUsers(client: pg.Client): Promise<number> {
  return (await client.query<{ count: number }>(COUNT_USERS)).rows[0]!.count;
}

describe.each(TENANTS)("%s", (slug, home, elsewhere) => {
  it.each(["gzip", "zstd"] as const)("is the same beside the original, by %s", async (compression) => {
    const { database, client } = harbor.of(home);
    const { bundle, changes, spec } = await harbor.copyOf(slug, home, compression);
    const source = await fileSource(bundle.path);
    const verification = await verifyBundle(source);
    await source.close();
    expect(verification.seal?.totals).toEqual(bundle.seal.totals);

    const before = await readResidents(client, spec);
    const result = await importFrom({
      path: bundle.path,
      url: database.url,
      platform: harbor.platform,
      ...changes,
    });
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
    const { database, client } = harbor.of(elsewhere);
    const { bundle, changes, spec } = await harbor.copyOf(slug, home);
    const before = await readResidents(client, spec);
    const users = await countUsers(client);
    const result = await importFrom({
      path: bundle.path,
      url: database.url,
      platform: harbor.platform,
      ...changes,
    });
    const created = result.findings.find(({ code }) => code === "common-rows-created")?.count ?? 0;
    expect(created).toBeGreaterThan(0);
    expect(await countUsers(client)).toBe(users + created);
    const after = await readResidents(client, spec, result.tenant.key);
    expect(changedResidents(before, after)).toEqual([`public.users: 0 rows gone, ${created} new`]);
    const verdict = await compareTenants(
      spec,
      { client: harbor.of(home).client, key: bundle.manifest.tenant.key },
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
    const { bundle, changes } = await harbor.copyOf("kestrel", "harbor");
    const known = "SELECT email, users::text AS line FROM users ORDER BY email";
    const before = (await client.query<{ email: string; line: string }>(known)).rows;
    await importFrom({ path: bundle.path, url: us.url, platform: harbor.platform, ...changes });
    expect((await client.query(known)).rows).toEqual(expect.arrayContaining(before));
    const emails = before.map(({ email }) => email);
    const { rows: made } = await client.query(
      `SELECT email, name, num_nonnulls(password_hash, totp_secret, last_seen_ip) AS more
         FROM users WHERE email <> ALL ($1) ORDER BY email`,
      [emails],
    );
    const { rows: meant } = await harbor
      .of("harbor")
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
    const { database, client } = harbor.of("harbor");
    const { bundle, changes } = await harbor.copyOf("kestrel", "harbor");
    const { tenant } = await importFrom({
      path: bundle.path,
      url: database.url,
      platform: harbor.platform,
      ...changes,
    });
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
