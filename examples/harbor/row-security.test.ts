import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../lib/testing/database.ts";

let client: pg.Client;

beforeAll(async () => {
  client = await (await createTestDatabase("harbor")).connect();
});

const TENANT_TABLES = "SELECT DISTINCT polrelid::regclass::text AS name FROM pg_policy ORDER BY 1";

const tables = async () => (await client.query<{ name: string }>(TENANT_TABLES)).rows.map((row) => row.name);

const count = async (table: string, condition = "true") =>
  Number((await client.query(`SELECT count(*) AS n FROM ${table} WHERE ${condition}`)).rows[0].n);

const SHARED = (table: string) =>
  table === "roles" || table === "price_list" ? "organization_id IS NULL" : "false";

/** As the application works: its own role, and for one organization or for none. */
async function asApplication<T>(organization: string | null, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    await client.query("SET LOCAL ROLE harbor_app");
    if (organization !== null) {
      await client.query("SELECT set_config('harbor.organization', $1, true)", [organization]);
    }
    return await work();
  } finally {
    await client.query("ROLLBACK");
  }
}

const organizations = async () =>
  (await client.query<{ id: string }>("SELECT id FROM organizations ORDER BY slug")).rows.map(
    (row) => row.id,
  );

test("without an organization the application sees the shared rows and nothing else", async () => {
  for (const table of await tables()) {
    const shared = await count(table, SHARED(table));
    expect(await asApplication(null, () => count(table)), table).toBe(shared);
    expect(await asApplication("", () => count(table)), table).toBe(shared);
  }
});

test("each row is seen for exactly one organization, shared rows for all", async () => {
  for (const table of await tables()) {
    const shared = await count(table, SHARED(table));
    let own = 0;
    for (const id of await organizations()) own += (await asApplication(id, () => count(table))) - shared;
    expect(own, table).toBe((await count(table)) - shared);
    expect(own, table).toBeGreaterThan(0);
  }
});

test("the application sees the rows of its organization and of no other", async () => {
  const [kestrel] = await organizations();
  const seen = await asApplication(
    kestrel as string,
    async () => (await client.query("SELECT DISTINCT organization_id FROM invoices")).rows,
  );
  expect(seen).toEqual([{ organization_id: kestrel }]);
});

test("the application cannot write for another organization, nor change built-in rows", async () => {
  const [kestrel, saltmarsh] = (await organizations()) as [string, string];
  const ticket = "INSERT INTO tickets (organization_id, subject, body) VALUES ($1, 'subject', 'body')";
  await expect(asApplication(kestrel, () => client.query(ticket, [saltmarsh]))).rejects.toMatchObject({
    code: "42501",
  });
  const shared = "UPDATE roles SET permissions = '{}' WHERE organization_id IS NULL";
  expect((await asApplication(kestrel, () => client.query(shared))).rowCount).toBe(0);
});

test("the application's own writes fire the triggers", async () => {
  const [kestrel] = (await organizations()) as [string];
  const outcome = await asApplication(kestrel, async () => {
    const { rows } = await client.query(
      `INSERT INTO shipments (id, project_id, reference, description, origin_country, destination_country)
       SELECT gen_random_uuid(), id, 'NEW-1', 'one crate of tests', 'DK', 'NL' FROM projects ORDER BY id LIMIT 1
       RETURNING id, search::text`,
    );
    const { id, search } = rows[0];
    await client.query("INSERT INTO shipment_legs VALUES ($1, 1, 'carrier', NULL, 'a', 'b', now())", [id]);
    await client.query(
      "INSERT INTO leg_scans (shipment_id, leg_position, scanned_at) VALUES ($1, 1, now())",
      [id],
    );
    const queued = await count("index_queue", `shipment_id = '${id}'`);
    const scans = (await client.query("SELECT scan_count FROM shipments WHERE id = $1", [id])).rows[0]
      .scan_count;
    return { queued, scans, search };
  });
  expect(outcome).toEqual({ queued: 1, scans: 1, search: "'crate':2 'of':3 'one':1 'tests':4" });
});
