/**
 * The demo platform's bundles of every version, as its own generator made the rows at that version: upgraded to the
 * head they are the tenant that live migrations have carried there, by a judge that shares no code with the library.
 */
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { setUpHarborAt } from "../../../examples/harbor/earlier.ts";
import { HARBOR_MIGRATIONS } from "../../../examples/harbor/set-up.ts";
import { migrate } from "../../ledger/migrate.ts";
import { sqlxAdapter } from "../../ledger/sqlx.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { shard } from "../../testing/shard.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { VERSIONS_TENANT } from "../testing/harbor-versions/make.ts";
import { compareTenants } from "../testing/oracle.ts";
import type { OracleSpec, OracleTable } from "../testing/oracle-spec.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { upgradeTo } from "../testing/upgrade.ts";
import { harborPlatform, importFrom, temporaryFolder } from "../testing/walk.ts";

const STORED = fileURLToPath(new URL("../testing/harbor-versions/", import.meta.url));
const VERSIONS = (await readdir(STORED)).flatMap((name) => /^(\d+)\.tar\.zst$/.exec(name)?.[1] ?? []).sort();

/** Keys were kept as they are used until then; no bundle has one, and whatever is made of it is another's. */
const KEYS_HASHED = "20240513120000";
/** What migrations make or touch says when. */
const MADE = { source: "CASE WHEN t.key = 'GENERAL' THEN NULL ELSE t.created_at END" };
const WHEN_MADE = { created_at: { ...MADE, imported: MADE.source } };
const ANEW = { source: "'anew'", imported: "'anew'" };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let platform: PlatformFile;
let head: TestDatabase;
let headClient: pg.Client;
beforeAll(async () => {
  folder = await temporaryFolder();
  platform = await harborPlatform();
  head = await createTestDatabase("harbor-us");
  headClient = await head.connect();
}, 120_000);
afterAll(async () => {
  await head.drop();
  await folder.remove();
});

function specSince(version: string): OracleSpec {
  const { tables, common } = harborSpec();
  const differs: Readonly<Record<string, NonNullable<OracleTable["becomes"]>>> = {
    "public.projects": WHEN_MADE,
    "public.shipments": { updated_at: ANEW },
    "public.organizations": { updated_at: ANEW },
    "public.settings": { updated_at: ANEW },
    ...(version < KEYS_HASHED ? { "public.api_keys": { key_prefix: ANEW, key_hash: ANEW } } : {}),
  };
  return {
    common,
    tables: tables.map((table) => ({ ...table, becomes: { ...table.becomes, ...differs[table.name] } })),
  };
}

it("there is one of every version that had tenants and is not the newest", async () => {
  const files = await sqlxAdapter.list(HARBOR_MIGRATIONS);
  expect(VERSIONS).toEqual(files.slice(2, -1).map(({ version }) => version));
});

it.each(shard(VERSIONS, VERSIONS.length))(
  "a bundle of version %s",
  async (version) => {
    const live = await createTestDatabase("empty");
    const carried = await live.connect();
    await setUpHarborAt(carried, version, headClient);
    await migrate(carried, sqlxAdapter, HARBOR_MIGRATIONS);

    const path = `${STORED}${version}.tar.zst`;
    const upgraded = await upgradeTo(folder.path, { path, platform, migrations: HARBOR_MIGRATIONS });
    const { ancestry, schema, tenant } = upgraded.manifest;
    expect(ancestry).toHaveLength(1);
    expect(ancestry![0]!.bundle.schema.version).toBe(version);
    expect(ancestry![0]!.migrations.at(-1)!.version).toBe(schema.version);
    expect(upgraded.findings.map(({ code }) => code)).toEqual(
      version < KEYS_HASHED && version >= "20230605140000" ? ["secret-went-on"] : [],
    );

    const elsewhere = await createTestDatabase("harbor");
    const client = await elsewhere.connect();
    const spec = specSince(version);
    const residents = await readResidents(client, spec);
    // Ids that migrations have drawn on a throwaway server may be others' here: with fresh ones none are.
    const imported = await importFrom({ path: upgraded.path, url: elsewhere.url, platform });
    const { rows } = await carried.query<{ id: string }>("SELECT id FROM organizations WHERE slug = $1", [
      VERSIONS_TENANT,
    ]);
    expect(rows[0]!.id).toBe(tenant.key);
    const verdict = await compareTenants(
      spec,
      { client: carried, key: tenant.key },
      { client, key: imported.tenant.key },
    );
    expect(verdict.differences).toEqual([]);
    expect(verdict.rows).toBeGreaterThan(3);
    const changed = changedResidents(residents, await readResidents(client, spec, imported.tenant.key));
    expect(changed.filter((change) => !/^public\.users: 0 rows gone/.test(change))).toEqual([]);
    await live.drop();
    await elsewhere.drop();
  },
  120_000,
);
