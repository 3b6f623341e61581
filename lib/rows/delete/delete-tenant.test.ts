/** Harbor's tenants, deleted as they would be: nothing of them is left, nobody else's row is touched, and they come back. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { readFence } from "../fence/fence.ts";
import { type Erasable, erasable } from "../testing/erasable.ts";
import { readExactRows } from "../testing/exact-rows.ts";
import { harborSpec } from "../testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { harborPlatform, importFrom, temporaryFolder } from "../testing/walk.ts";
import type { GovernedBatch } from "./govern.ts";

vi.setConfig({ testTimeout: 120_000 });

let database: TestDatabase;
let client: pg.Client;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let tenant: Erasable;
beforeAll(async () => {
  database = await createTestDatabase("harbor");
  [client, folder] = [await database.connect(), await temporaryFolder()];
  tenant = await erasable({
    url: database.url,
    client,
    platform: await harborPlatform(),
    tenant: "saltmarsh",
    folder: folder.path,
  });
}, 120_000);
afterAll(async () => {
  await database.drop();
  await folder.remove();
});

const spec = harborSpec();
/** Excluded tables: the tenant's, and gone for good. */
const EXCLUDED = /sessions|search_cache|index_queue/;

describe("a tenant that is deleted", () => {
  it("is gone, which is proved, nobody else has changed, and it comes back letter by letter", async () => {
    const rows = await readExactRows(client, spec, tenant.key, "source");
    const before = await readResidents(client, spec, tenant.key);
    const batches: GovernedBatch[] = [];
    const result = await tenant.erase({ told: (batch) => batches.push(batch) });
    expect(batches.length).toBeGreaterThan(30);
    for (const { name, owned } of spec.tables)
      expect((await client.query(`SELECT FROM ${name} t WHERE ${owned}`, [tenant.key])).rows, name).toEqual(
        [],
      );
    const proof = await tenant.prove();
    expect(proof).toMatchObject({ empty: true, objects: [], schema: null });
    const deleted = proof.tables.map((table) => ({ table: table.table, rows: table.deleted }));
    expect(result.tables).toEqual(deleted);
    expect(deleted.reduce((sum, each) => sum + each.rows, 0)).toBe(
      batches.reduce((sum, batch) => sum + batch.rows, 0),
    );
    const gone = await readResidents(client, spec);
    expect(changedResidents(before, gone).filter((line) => !EXCLUDED.test(line))).toEqual([]);

    await tenant.clear();
    expect(await readFence(client, tenant.key)).toBeNull();
    expect((await client.query("SELECT FROM pg_namespace WHERE nspname = 'tenantry'")).rows).toEqual([]);
    const restored = await importFrom({
      path: tenant.bundle.path,
      url: database.url,
      platform: tenant.request.platform,
      ids: "kept",
    });
    expect(restored.tenant.key).toBe(tenant.key);
    expect(await readExactRows(client, spec, tenant.key, "imported")).toEqual(rows);
    expect(changedResidents(gone, await readResidents(client, spec, tenant.key))).toEqual([]);
  });
});

describe("a delete that is stopped half-way", () => {
  it.each([1, 45])(
    "after %i batches goes back: what is missing returns, and nothing else is written",
    async (batches) => {
      const kestrel = await erasable({
        url: database.url,
        client,
        platform: tenant.request.platform,
        tenant: "kestrel",
        folder: folder.path,
        name: `kestrel-${batches}.tar.gz`,
      });
      const rows = await readExactRows(client, spec, kestrel.key, "source");
      const before = await readResidents(client, spec, kestrel.key);
      expect(await kestrel.eraseInPart(batches)).toBe(true);
      expect(await readExactRows(client, spec, kestrel.key, "source")).not.toEqual(rows);
      const restored = await kestrel.restoreMissing();
      expect(restored.tables.reduce((sum, table) => sum + table.rows, 0)).toBeGreaterThan(0);
      const secrets = /devices|connectors|domains|invites/;
      const after = await readExactRows(client, spec, kestrel.key, "source");
      for (const name of Object.keys(rows).filter((name) => !secrets.test(name)))
        expect(after[name], name).toEqual(rows[name]);
      expect(
        changedResidents(before, await readResidents(client, spec, kestrel.key)).filter(
          (line) => !EXCLUDED.test(line),
        ),
      ).toEqual([]);
      expect((await kestrel.restoreMissing()).tables.every((table) => table.rows === 0)).toBe(true);
      await kestrel.clear();
    },
  );
});
