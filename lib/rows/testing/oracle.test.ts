/** The judge is judged first: it must see whatever is off by one row, one reference or one value. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { HARBOR_LEFT_OUT, HARBOR_SAME_EVERYWHERE, harborSpec } from "./harbor-spec.ts";
import { compareTenants } from "./oracle.ts";

let database: TestDatabase;
let client: pg.Client;
let key: string;
/** The tenant as it is, beside itself: status and secrets are what an import would have made of them. */
const spec = harborSpec();

beforeAll(async () => {
  database = await createTestDatabase("harbor");
  client = await database.connect();
  const { rows } = await client.query<{ id: string }>(
    "SELECT id FROM organizations WHERE slug = 'saltmarsh'",
  );
  key = rows[0]!.id;
});
afterAll(() => database.drop());

describe("the oracle", () => {
  it("knows every table of harbor", async () => {
    const { rows } = await client.query<{ name: string }>(
      "SELECT 'public.' || relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
    );
    const known = [...spec.tables, ...spec.common].map(({ name }) => name);
    expect(
      rows
        .map(({ name }) => name)
        .filter((name) => !known.includes(name))
        .sort(),
    ).toEqual([...HARBOR_LEFT_OUT, ...HARBOR_SAME_EVERYWHERE, "public._sqlx_migrations"].sort());
  });

  it("follows every foreign key of harbor", async () => {
    const { rows } = await client.query<{ table: string; column: string; target: string }>(`
      SELECT format('%I.%I', 'public', c.relname) AS table, a.attname AS column,
             format('%I.%I', 'public', p.relname) AS target
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
       WHERE k.contype = 'f'`);
    const open = rows.filter(
      ({ table, column, target }) =>
        !HARBOR_LEFT_OUT.includes(table) &&
        !HARBOR_SAME_EVERYWHERE.includes(target) &&
        !spec.tables
          .find(({ name }) => name === table)
          ?.points?.some(({ columns }) => columns.includes(column)),
    );
    expect(rows.length).toBeGreaterThan(40);
    expect(open).toEqual([]);
  });

  it("finds a row in every table of a tenant", async () => {
    const { rows } = await client.query<{ id: string }>("SELECT id FROM organizations ORDER BY slug");
    for (const tenant of rows) {
      const empty: string[] = [];
      for (const table of spec.tables) {
        const { rowCount } = await client.query(`SELECT FROM ${table.name} t WHERE ${table.owned} LIMIT 1`, [
          tenant.id,
        ]);
        if (rowCount === 0) empty.push(table.name);
      }
      expect(empty).toEqual([]);
    }
  });

  it("calls a tenant equal to itself, and says that no id is new", async () => {
    await client.query("BEGIN");
    await settle();
    const verdict = await compare();
    await client.query("ROLLBACK");
    expect(verdict.differences).toEqual([]);
    expect(verdict.rows).toBeGreaterThan(200);
    expect(verdict.keptIds).toContain("public.shipments.public_id");
  });

  it("calls two tenants different", async () => {
    const { rows } = await client.query<{ id: string }>(
      "SELECT id FROM organizations WHERE slug = 'kestrel'",
    );
    const verdict = await compareTenants(spec, { client, key }, { client, key: rows[0]!.id });
    expect(verdict.differences.length).toBeGreaterThan(20);
    expect(verdict.keptIds).toEqual([]);
  });

  it.each(Object.entries(mutations()))("sees %s", async (_name, [table, statement]) => {
    const verdict = await afterwards(statement);
    expect(verdict.differences.some((difference) => difference.startsWith(`public.${table}:`))).toBe(true);
  });
});

/** One change each, to the tenant whose key is `$1`; and the table in which it must show. */
function mutations(): Record<string, [table: string, statement: string]> {
  const some = (table: string, where = "organization_id = $1") =>
    `(SELECT ctid FROM ${table} WHERE ${where} ORDER BY ctid LIMIT 1)`;
  const projects = "project_id IN (SELECT id FROM projects WHERE organization_id = $1)";
  const shipments = `shipment_id IN (SELECT id FROM shipments WHERE ${projects})`;
  return {
    "a missing row without a key": [
      "usage_counters",
      `DELETE FROM usage_counters WHERE ctid = ${some("usage_counters")}`,
    ],
    "a missing row three foreign keys away": [
      "leg_scans",
      `DELETE FROM leg_scans WHERE ctid = ${some("leg_scans", shipments)}`,
    ],
    "a doubled row": [
      "messages",
      `INSERT INTO messages SELECT gen_random_uuid(), conversation_id, author_id, reply_to_id, body, sent_at, edited_at, attachments
         FROM messages WHERE conversation_id IN (SELECT id FROM conversations WHERE organization_id = $1) LIMIT 1`,
    ],
    "one value that is another": [
      "customers",
      `UPDATE customers SET credit_limit = credit_limit + 0.01 WHERE organization_id = $1 AND ctid = ${some("customers", "organization_id = $1 AND credit_limit IS NOT NULL")}`,
    ],
    "an empty text in the place of NULL": [
      "organizations",
      "UPDATE organizations SET billing_email = '' WHERE id = $1",
    ],
    "a trailing space": [
      "projects",
      `UPDATE projects SET name = name || ' ' WHERE ctid = ${some("projects")}`,
    ],
    "two references swapped": [
      "shipments",
      `UPDATE shipments SET customer_id = CASE id WHEN low THEN high_customer ELSE low_customer END
         FROM (SELECT a.id AS low, b.id AS high, a.customer_id AS low_customer, b.customer_id AS high_customer
                 FROM shipments a JOIN shipments b ON a.customer_id < b.customer_id
                WHERE a.${projects} AND b.${projects} ORDER BY a.id, b.id LIMIT 1) pair
        WHERE id IN (low, high)`,
    ],
    "a reference of an array": [
      "documents",
      `UPDATE documents SET viewer_ids = array_append(viewer_ids, (SELECT id FROM users ORDER BY id LIMIT 1))
        WHERE ctid = ${some("documents", projects)}`,
    ],
    "the order of an array": [
      "conversations",
      `UPDATE conversations SET participant_ids = (SELECT array_agg(e ORDER BY n DESC) FROM unnest(participant_ids) WITH ORDINALITY u(e, n))
        WHERE organization_id = $1 AND cardinality(participant_ids) > 1`,
    ],
    "a reference inside json": [
      "settings",
      `UPDATE settings SET data = jsonb_set(data, '{defaultProjectId}', to_jsonb((SELECT id FROM projects WHERE organization_id <> $1 LIMIT 1)))
        WHERE organization_id = $1`,
    ],
    "an id inside a path": [
      "connectors",
      `UPDATE connectors SET vault_path = replace(vault_path, project_id::text, gen_random_uuid()::text) WHERE ctid = ${some("connectors", projects)}`,
    ],
    "a type/id pair that points elsewhere": [
      "audit_events",
      `UPDATE audit_events SET subject_id = (SELECT id::text FROM shipments WHERE ${projects} AND id::text <> subject_id LIMIT 1)
        WHERE organization_id = $1 AND subject_type = 'shipment'
          AND ctid = ${some("audit_events", "organization_id = $1 AND subject_type = 'shipment'")}`,
    ],
    "a soft reference that names a stranger's row": [
      "leg_scans",
      `UPDATE leg_scans SET device_id = (SELECT id FROM devices WHERE organization_id <> $1 LIMIT 1) WHERE ctid = ${some("leg_scans", shipments)}`,
    ],
    "another person": [
      "memberships",
      `UPDATE memberships SET user_id = (SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM memberships WHERE organization_id = $1) LIMIT 1)
        WHERE ctid = ${some("memberships")}`,
    ],
    "another shared role": [
      "memberships",
      `UPDATE memberships SET role_id = (SELECT id FROM roles WHERE organization_id IS NULL AND id <> role_id LIMIT 1)
        WHERE ctid = ${some("memberships")}`,
    ],
    "a secret that is still there": [
      "connectors",
      `UPDATE connectors SET config = config || '{"clientSecret": "kept"}' WHERE ctid = ${some("connectors", projects)}`,
    ],
    "a tenant that was not suspended": [
      "organizations",
      "UPDATE organizations SET status = 'active' WHERE id = $1",
    ],
  };
}

/** What an import does to status and secrets, so that the copy differs in nothing else. */
async function settle(): Promise<void> {
  await client.query("SET LOCAL session_replication_role = replica");
  const settled = [
    "UPDATE organizations SET status = 'suspended' WHERE id = $1",
    "UPDATE domains SET verification_token = '' WHERE organization_id = $1",
    "UPDATE devices SET private_key = NULL WHERE organization_id = $1",
    `UPDATE connectors SET config = config - 'clientSecret'
      WHERE project_id IN (SELECT id FROM projects WHERE organization_id = $1)`,
  ];
  for (const statement of settled) await client.query(statement, [key]);
}

/** The tenant as it was, read by one session, against the tenant after one change, read by another. */
async function afterwards(statement: string) {
  const before = await database.connect();
  await client.query("BEGIN");
  try {
    await settle();
    const { rowCount } = await client.query(statement, [key]);
    expect(rowCount).toBeGreaterThan(0);
    return await compareTenants(spec, { client: before, key }, { client, key });
  } finally {
    await client.query("ROLLBACK");
    await before.end();
  }
}

async function compare() {
  const before = await database.connect();
  const verdict = await compareTenants(spec, { client: before, key }, { client, key });
  await before.end();
  return verdict;
}
