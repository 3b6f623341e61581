/** The migrations that move data, tried with rows of before. */
import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { migrate } from "../../lib/ledger/migrate.ts";
import { sqlxAdapter } from "../../lib/ledger/sqlx.ts";
import { createTestDatabase } from "../../lib/testing/database.ts";
import { HARBOR_MIGRATIONS } from "./set-up.ts";

/** The last version before anything was split, moved or filled in afterwards. */
const BEFORE = "20230711073000";

const OLD_ROWS = `
  INSERT INTO organizations (id, slug, name, plan, domain, country_code) VALUES
    ('00000000-0000-4000-8000-00000000000a', 'old', 'Old & Co.', 'growth', 'OLD.example', 'DK'),
    ('00000000-0000-4000-8000-00000000000b', 'older', 'Older', 'no such plan', NULL, 'SE');
  INSERT INTO users (id, email, name) VALUES ('00000000-0000-4000-8000-0000000000c1', 'a@old.example', 'A');
  INSERT INTO memberships (organization_id, user_id, role)
    SELECT id, '00000000-0000-4000-8000-0000000000c1', CASE slug WHEN 'old' THEN 'owner' ELSE 'captain' END
    FROM organizations;
  INSERT INTO customers (organization_id, account_number, name, contact, city)
    SELECT id, 'C-1', 'Customer of ' || slug, 'Eva Ek <Eva@Ek.example>', 'Lund' FROM organizations;
  INSERT INTO customers (organization_id, account_number, name)
    SELECT id, 'C-2', 'Nobody' FROM organizations;
  INSERT INTO projects (id, organization_id, key, name)
    SELECT ('00000000-0000-4000-8000-0000000000d' || right(id::text, 1))::uuid, id, 'P', 'Project' FROM organizations;
  INSERT INTO shipments (id, organization_id, customer_id, reference, description, declared_value,
                         origin_country, destination_country)
    SELECT ('00000000-0000-4000-8000-0000000000' || n || right(o.id::text, 1))::uuid, o.id,
           CASE n WHEN 1 THEN 777 ELSE c.id END, 'S-' || n, 'two drums', 12, 'DK', 'SE'
    FROM organizations o JOIN customers c ON c.organization_id = o.id AND c.account_number = 'C-1',
         generate_series(1, 2) AS n;
  INSERT INTO shipment_legs (shipment_id, position, carrier, from_port, to_port, departs_at)
    SELECT id, 1, 'carrier', 'a', 'b', now() FROM shipments;
  INSERT INTO leg_scans (shipment_id, leg_position, scanned_at)
    SELECT id, 1, now() FROM shipments, generate_series(1, 3);
  INSERT INTO documents (project_id, shipment_id, title, object_key, checksum, bytes, extracted_text)
    SELECT p.id, s.id, 'Waybill', 'key', '\\x00', 1, 'text of ' || s.reference
    FROM projects p JOIN shipments s ON s.organization_id = p.organization_id AND s.reference = 'S-1';
  INSERT INTO api_keys (organization_id, name, key) SELECT id, 'key', 'hk_secret_of_' || slug FROM organizations;
  INSERT INTO invoices (id, organization_id, customer_id, number, currency)
    SELECT 'inv_' || slug, o.id, c.id, 1, 'EUR'
    FROM organizations o JOIN customers c ON c.organization_id = o.id AND c.account_number = 'C-1';
  INSERT INTO invoice_lines (invoice_id, line_no, description, quantity, unit_price, amount)
    SELECT id, 1, 'line', 3, 0.335, 1.0 FROM invoices`;

let client: pg.Client;

beforeAll(async () => {
  client = await (await createTestDatabase("empty")).connect();
  await migrate(client, sqlxAdapter, HARBOR_MIGRATIONS, { upTo: BEFORE });
  await client.query(OLD_ROWS);
  await migrate(client, sqlxAdapter, HARBOR_MIGRATIONS);
});

const rows = async (sql: string) => (await client.query(sql)).rows;

test("a contact is split, and an address is put together", async () => {
  expect(
    await rows(`SELECT account_number AS account, contact_name AS name, contact_email AS email, address::text
      FROM customers JOIN organizations o ON o.id = organization_id AND slug = 'old' ORDER BY 1`),
  ).toEqual([
    { account: "C-1", name: "Eva Ek", email: "eva@ek.example", address: "(,,Lund)" },
    { account: "C-2", name: null, email: null, address: null },
  ]);
});

test("a known role becomes the built-in one, an invented one the organization's own", async () => {
  expect(
    await rows(`SELECT slug, r.name, r.organization_id IS NULL AS shared
      FROM memberships m JOIN organizations o ON o.id = m.organization_id JOIN roles r ON r.id = m.role_id ORDER BY 1`),
  ).toEqual([
    { slug: "old", name: "owner", shared: true },
    { slug: "older", name: "captain", shared: false },
  ]);
});

test("a plan's code becomes a reference, an unknown one the smallest plan", async () => {
  expect(
    await rows("SELECT slug, p.code FROM organizations o JOIN plans p ON p.id = o.plan_id ORDER BY 1"),
  ).toEqual([
    { slug: "old", code: "growth" },
    { slug: "older", code: "starter" },
  ]);
});

test("shipments find their project by their documents, or come into a general one", async () => {
  expect(
    await rows(`SELECT slug, reference, key FROM shipments s JOIN projects p ON p.id = s.project_id
      JOIN organizations o ON o.id = p.organization_id ORDER BY 1, 2`),
  ).toEqual([
    { slug: "old", reference: "S-1", key: "P" },
    { slug: "old", reference: "S-2", key: "GENERAL" },
    { slug: "older", reference: "S-1", key: "P" },
    { slug: "older", reference: "S-2", key: "GENERAL" },
  ]);
});

test("a shipment's customer that never was is forgotten, and a value gets its currency", async () => {
  expect(
    await rows("SELECT DISTINCT reference, customer_id IS NULL AS gone, currency FROM shipments ORDER BY 1"),
  ).toEqual([
    { reference: "S-1", gone: true, currency: "EUR" },
    { reference: "S-2", gone: false, currency: "EUR" },
  ]);
});

test("a document's text moves behind the document", async () => {
  expect(
    await rows("SELECT DISTINCT x.extracted_text FROM documents d JOIN document_data x ON x.id = d.data_id"),
  ).toEqual([{ extracted_text: "text of S-1" }]);
});

test("the domain becomes a row of its own, and every organization has settings", async () => {
  expect(await rows("SELECT hostname, kind FROM domains")).toEqual([
    { hostname: "old.example", kind: "web" },
  ]);
  expect(await rows("SELECT count(*)::int AS n FROM settings")).toEqual([{ n: 2 }]);
});

test("of an api key only its hash is left", async () => {
  expect(
    await rows(`SELECT key_prefix, key_hash = encode(sha256(convert_to('hk_secret_of_' || slug, 'UTF8')), 'hex') AS same
      FROM api_keys JOIN organizations o ON o.id = organization_id`),
  ).toEqual([
    { key_prefix: "hk_secre", same: true },
    { key_prefix: "hk_secre", same: true },
  ]);
});

test("counters, search vectors and amounts are computed for the rows that are there", async () => {
  expect(await rows("SELECT DISTINCT scan_count, search::text FROM shipments")).toEqual([
    { scan_count: 3, search: "'drums':2 'two':1" },
  ]);
  expect(await rows("SELECT DISTINCT amount::text FROM invoice_lines")).toEqual([{ amount: "1.01" }]);
});

test("indexes that were made outside a transaction are valid", async () => {
  const files = (await sqlxAdapter.list(HARBOR_MIGRATIONS)).filter((file) => !file.transactional);
  expect(files).toHaveLength(2);
  expect(
    await rows(`SELECT indexrelid::regclass::text AS name FROM pg_index
      WHERE indisvalid AND indexrelid::regclass::text IN ('leg_scans_leg', 'shipments_search_words') ORDER BY 1`),
  ).toEqual([{ name: "leg_scans_leg" }, { name: "shipments_search_words" }]);
});
