/** What real schemas have (and Tenantry must be right on) is in Harbor's: asked of pg_catalog, one test each. */
import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../../lib/testing/database.ts";

let client: pg.Client;

beforeAll(async () => {
  client = await (await createTestDatabase("harbor")).connect();
});

/** The first column of the answer. */
async function ask(sql: string): Promise<unknown[]> {
  return (await client.query({ text: sql, rowMode: "array" })).rows.map((row: unknown[]) => row[0]);
}

const FOREIGN_KEYS = "FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace";
const COLUMNS = `FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`;
const TABLES = "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'";

test("there are between 25 and 32 tables beside the ledger, and at least 20 migrations", async () => {
  const tables = await ask(`SELECT count(*)::int ${TABLES} AND relname <> '_sqlx_migrations'`);
  expect(tables[0]).toBeGreaterThanOrEqual(25);
  expect(tables[0]).toBeLessThanOrEqual(32);
  expect((await ask("SELECT count(*)::int FROM _sqlx_migrations WHERE success"))[0]).toBeGreaterThanOrEqual(
    20,
  );
});

test("every table has rows", async () => {
  const tables = (await ask(`SELECT c.oid::regclass::text ${TABLES}`)) as string[];
  for (const table of tables) {
    expect((await ask(`SELECT count(*)::int FROM ${table}`))[0], table).toBeGreaterThan(0);
  }
});

test("every table but the ledger says what it is for", async () => {
  const silent = `SELECT relname ${TABLES} AND obj_description(c.oid, 'pg_class') IS NULL`;
  expect(await ask(silent)).toEqual(["_sqlx_migrations"]);
});

test("every foreign key is valid and led by an index on the child", async () => {
  expect(await ask(`SELECT conname ${FOREIGN_KEYS} AND NOT convalidated`)).toEqual([]);
  expect(
    await ask(`SELECT conname ${FOREIGN_KEYS} AND NOT EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL AND i.indisvalid
         AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`),
  ).toEqual([]);
});

test("conversations and messages point at each other, and one of the edges may be empty", async () => {
  expect(
    await ask(`SELECT k.conname ${FOREIGN_KEYS}
      AND (conrelid, confrelid) IN (('conversations'::regclass, 'messages'::regclass),
                                    ('messages'::regclass, 'conversations'::regclass)) ORDER BY 1`),
  ).toEqual(["conversations_last_message_id_fkey", "messages_conversation_id_fkey"]);
});

test("messages and documents refer to themselves", async () => {
  expect(
    await ask(`SELECT conrelid::regclass::text ${FOREIGN_KEYS} AND conrelid = confrelid ORDER BY 1`),
  ).toEqual(["documents", "messages"]);
});

test("there are composite primary keys and composite foreign keys", async () => {
  const primary = `SELECT conrelid::regclass::text FROM pg_constraint
    WHERE contype = 'p' AND cardinality(conkey) > 1 AND connamespace = 'public'::regnamespace ORDER BY 1`;
  expect(await ask(primary)).toEqual(["invoice_lines", "memberships", "search_cache", "shipment_legs"]);
  const foreign = `SELECT conrelid::regclass::text ${FOREIGN_KEYS} AND cardinality(conkey) > 1 ORDER BY 1`;
  expect(await ask(foreign)).toEqual(["documents", "invites", "invoices", "leg_scans"]);
});

test("foreign keys point at unique keys that are not primary", async () => {
  expect(
    await ask(`SELECT conrelid::regclass::text ${FOREIGN_KEYS} AND NOT EXISTS (
      SELECT FROM pg_index i WHERE i.indexrelid = k.conindid AND i.indisprimary) ORDER BY 1`),
  ).toEqual(["documents", "invoices", "tickets"]);
});

test("ids come from identity ALWAYS, identity BY DEFAULT, serial and bigserial", async () => {
  expect(await ask(`SELECT c.relname ${COLUMNS} AND attidentity = 'a' ORDER BY 1`)).toEqual([
    "customers",
    "tickets",
  ]);
  expect(await ask(`SELECT c.relname ${COLUMNS} AND attidentity = 'd' ORDER BY 1`)).toEqual([
    "domains",
    "pickups",
    "plans",
  ]);
  const serial = `SELECT c.relname || ' ' || format_type(atttypid, NULL) ${COLUMNS} AND attidentity = ''
    AND pg_get_serial_sequence(c.oid::regclass::text, attname) IS NOT NULL ORDER BY 1`;
  expect(await ask(serial)).toEqual([
    "audit_events bigint",
    "index_queue bigint",
    "leg_scans bigint",
    "price_list integer",
  ]);
});

test("leg_scans is three foreign keys away from the table that carries the tenant's key", async () => {
  const way = ["leg_scans", "shipment_legs", "shipments", "projects"];
  for (const [step, child] of way.entries()) {
    const carries = `SELECT count(*)::int ${COLUMNS} AND c.relname = '${child}' AND attname = 'organization_id'`;
    expect(await ask(carries), child).toEqual([child === "projects" ? 1 : 0]);
    const parent = way[step + 1];
    if (parent === undefined) continue;
    const leads = `SELECT DISTINCT true ${FOREIGN_KEYS}
      AND conrelid = '${child}'::regclass AND confrelid = '${parent}'::regclass`;
    expect(await ask(leads), child).toEqual([true]);
  }
});

test("the project's tables carry the project's key only", async () => {
  const having = (column: string) => `SELECT c.relname::text ${COLUMNS} AND attname = '${column}'`;
  expect(await ask(`(${having("project_id")} EXCEPT ${having("organization_id")}) ORDER BY 1`)).toEqual([
    "connectors",
    "documents",
    "environments",
    "shipments",
  ]);
});

test("document_data is owned behind a unique outgoing reference of documents", async () => {
  expect(
    await ask(`SELECT conname ${FOREIGN_KEYS} AND confrelid = 'document_data'::regclass AND EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indisunique AND i.indkey::text = array_to_string(k.conkey, ' '))`),
  ).toEqual(["documents_data_id_fkey"]);
});

test("columns hold ids without a foreign key: soft, polymorphic, in arrays, in json, in text", async () => {
  const unbound = `SELECT c.relname || '.' || attname ${COLUMNS}
    AND attname ~ '(_id|_ids|_key|_path|^data|^attachments)$' AND attname !~ '^private_'
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND attnum = ANY (k.conkey))
    AND c.relname NOT IN ('search_cache', 'sessions', 'index_queue') ORDER BY 1`;
  expect(await ask(unbound)).toEqual(
    [
      "audit_events.data",
      "audit_events.organization_id",
      "audit_events.request_id",
      "audit_events.subject_id",
      "conversations.participant_ids",
      "customers.name_key",
      "documents.object_key",
      "documents.viewer_ids",
      "invoices.pdf_key",
      "leg_scans.device_id",
      "messages.attachments",
      "organizations.logo_key",
      "settings.data",
      "shipments.public_id",
      "tickets.related_ticket_ids",
      "usage_counters.organization_id",
      "connectors.vault_path",
    ].sort(),
  );
});

test("rows that belong to nobody lie among the tenants' own", async () => {
  for (const table of ["roles", "price_list"]) {
    const kinds = `SELECT DISTINCT organization_id IS NULL FROM ${table} ORDER BY 1`;
    expect(await ask(kinds), table).toEqual([false, true]);
  }
  expect(
    await ask("SELECT DISTINCT organization_id IS NULL FROM price_list WHERE code = 'handling'"),
  ).toHaveLength(2);
});

test("every tenant table has row security enabled and forced; global tables have none", async () => {
  expect(
    await ask(`SELECT relname ${TABLES} AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY 1`),
  ).toEqual(["_sqlx_migrations", "countries", "plans", "users"]);
});

test("triggers count, queue, index, note and forbid", async () => {
  const triggers = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1";
  expect(await ask(triggers)).toEqual([
    "leg_scans_count",
    "messages_last",
    "organizations_settings",
    "organizations_touch",
    "projects_keep_key",
    "settings_touch",
    "shipments_queue",
    "shipments_search",
    "shipments_touch",
  ]);
});

test("columns are of base, domain, enum, composite, range and array types, and two are generated", async () => {
  const kinds = `SELECT DISTINCT CASE WHEN t.typcategory = 'A' THEN 'array' ELSE t.typtype::text END
    FROM (SELECT DISTINCT atttypid ${COLUMNS}) AS used JOIN pg_type t ON t.oid = atttypid ORDER BY 1`;
  expect((await ask(kinds)).sort()).toEqual(["array", "b", "c", "d", "e", "r"]);
  expect(await ask(`SELECT c.relname ${COLUMNS} AND attgenerated = 's' ORDER BY 1`)).toEqual([
    "customers",
    "invoice_lines",
  ]);
  const types = `SELECT DISTINCT format_type(atttypid, NULL) ${COLUMNS}`;
  expect(await ask(types)).toEqual(
    expect.arrayContaining(
      "bytea,json,jsonb,inet,cidr,macaddr,interval,point,tsvector,real,double precision,daterange,tstzrange,uuid[],bigint[]".split(
        ",",
      ),
    ),
  );
});

test("unique indexes are partial, by expression, or stand in for a missing primary key", async () => {
  const indexes = (what: string) =>
    ask(`SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      WHERE indisunique AND c.relnamespace = 'public'::regnamespace AND ${what} ORDER BY 1`);
  expect(await indexes("indpred IS NOT NULL")).toEqual([
    "invites_open",
    "price_list_shared_code",
    "projects_live_key",
    "roles_shared_name",
  ]);
  expect(await indexes("indexprs IS NOT NULL")).toEqual(["invites_open"]);
  expect(
    await indexes("NOT EXISTS (SELECT FROM pg_index p WHERE p.indrelid = c.oid AND p.indisprimary)"),
  ).toEqual(["usage_counters_day"]);
});

test("pickups exclude each other", async () => {
  expect(await ask("SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'x'")).toEqual([
    "pickups",
  ]);
});

test("no extension is needed", async () => {
  expect(await ask("SELECT extname FROM pg_extension")).toEqual(["plpgsql"]);
});
