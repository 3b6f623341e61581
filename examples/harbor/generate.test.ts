import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { quoteIdentifier } from "../../lib/postgres/identifiers.ts";
import { createTestDatabase } from "../../lib/testing/database.ts";
import { AWKWARD } from "./generate/prose.ts";
import { setUpHarbor } from "./set-up.ts";

let eu: pg.Client;
let us: pg.Client;

beforeAll(async () => {
  eu = await (await createTestDatabase("harbor")).connect();
  us = await (await createTestDatabase("harbor-us")).connect();
});

async function ask<T = unknown>(client: pg.Client, sql: string): Promise<T[]> {
  return (await client.query({ text: sql, rowMode: "array" })).rows.map((row: T[]) => row[0] as T);
}

const TABLES = `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND relname <> '_sqlx_migrations' ORDER BY 1`;

async function digests(client: pg.Client): Promise<Record<string, string>> {
  const digest: Record<string, string> = {};
  for (const table of await ask<string>(client, TABLES)) {
    const rows = `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM ${quoteIdentifier(table)} t`;
    digest[table] = (await ask<string>(client, rows))[0] as string;
  }
  return digest;
}

test("the same region and scale give the same rows in every table", async () => {
  const again = await createTestDatabase("empty");
  await setUpHarbor(again.url, { region: "eu-1", scale: 0.02 });
  expect(await digests(await again.connect())).toEqual(await digests(eu));
});

test("a database that is filled already is refused and left as it is", async () => {
  const filled = await createTestDatabase("harbor-us");
  const before = await digests(await filled.connect());
  await expect(setUpHarbor(filled.url, { region: "us-1", scale: 1 })).rejects.toMatchObject({
    findings: [{ code: "harbor-already-filled" }],
  });
  expect(await digests(await filled.connect())).toEqual(before);
});

test("one tenant can be loaded alone, and each at a scale of its own", async () => {
  const alone = await createTestDatabase("empty");
  const rows = await setUpHarbor(alone.url, {
    region: "us-1",
    scale: 1,
    tenants: ["bluefin"],
    scales: { bluefin: 0.05 },
  });
  expect([...rows.keys()]).toEqual(["bluefin"]);
  expect(rows.get("bluefin")).toBeLessThan(2000);
  expect(await ask(await alone.connect(), "SELECT slug FROM organizations")).toEqual(["bluefin"]);
});

test("a tenant that is not of the region, or a scale of nothing, is a bug of the caller", async () => {
  await expect(
    setUpHarbor("postgres://nowhere", { region: "eu-1", scale: 1, tenants: ["bluefin"] }),
  ).rejects.toThrow(/no tenant bluefin in this region/);
  await expect(setUpHarbor("postgres://nowhere", { region: "eu-1", scale: 0 })).rejects.toThrow(/above 0/);
});

test("five tenants live in two databases", async () => {
  expect(await ask(eu, "SELECT slug FROM organizations ORDER BY 1")).toEqual([
    "kestrel",
    "saltmarsh",
    "tern-island",
  ]);
  expect(await ask(us, "SELECT slug FROM organizations ORDER BY 1")).toEqual(["bluefin", "copper-basin"]);
});

const ORPHANS = `
  SELECT conname::text, format('SELECT count(*)::int FROM %s c WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s)',
      conrelid::regclass,
      (SELECT string_agg(format('c.%I IS NOT NULL', attname), ' AND ')
         FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)),
      confrelid::regclass,
      (SELECT string_agg(format('c.%I = p.%I', a.attname, b.attname), ' AND ')
         FROM unnest(conkey, confkey) AS pair (child, parent)
         JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = child
         JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = parent))
    FROM pg_constraint WHERE contype = 'f'`;

test.each(["eu-1", "us-1"])(
  "every foreign key holds in %s, though rows went in unchecked",
  async (region) => {
    const client = region === "eu-1" ? eu : us;
    const { rows } = await client.query<[string, string]>({ text: ORPHANS, rowMode: "array" });
    expect(rows.length).toBeGreaterThan(40);
    for (const [name, sql] of rows) expect(await ask(client, sql), name).toEqual([0]);
  },
);

test("counters, search vectors and last messages are what the triggers would have left", async () => {
  expect(
    await ask(
      eu,
      `SELECT reference FROM shipments s WHERE search IS DISTINCT FROM to_tsvector('simple', description)
      OR scan_count <> (SELECT count(*) FROM leg_scans c WHERE c.shipment_id = s.id)`,
    ),
  ).toEqual([]);
  expect(
    await ask(
      eu,
      `SELECT id FROM conversations c WHERE last_message_id IS DISTINCT FROM
      (SELECT id FROM messages m WHERE m.conversation_id = c.id ORDER BY sent_at DESC LIMIT 1)`,
    ),
  ).toEqual([]);
});

test("ids without a foreign key lead to rows of the same tenant, but for a few that are gone", async () => {
  const found = `
    SELECT count(*) FILTER (WHERE d.id IS NOT NULL AND d.organization_id = p.organization_id)::int AS own,
           count(*) FILTER (WHERE d.organization_id <> p.organization_id)::int AS foreign
      FROM leg_scans l JOIN shipments s ON s.id = l.shipment_id JOIN projects p ON p.id = s.project_id
      LEFT JOIN devices d ON d.id = l.device_id WHERE l.device_id IS NOT NULL`;
  const { rows } = await eu.query(found);
  expect(rows[0].own).toBeGreaterThan(300);
  expect(rows[0].foreign).toBe(0);
  const subjects = `
    SELECT subject_type, count(*)::int AS all,
           count(coalesce(i.organization_id, t.organization_id, p.organization_id))::int AS found
      FROM audit_events e
      LEFT JOIN invoices i ON subject_type = 'invoice' AND i.id = subject_id AND i.organization_id = e.organization_id
      LEFT JOIN tickets t ON subject_type = 'ticket' AND t.id::text = subject_id AND t.organization_id = e.organization_id
      LEFT JOIN shipments s ON subject_type = 'shipment' AND s.id::text = subject_id
      LEFT JOIN projects p ON p.id = s.project_id AND p.organization_id = e.organization_id
     WHERE subject_id IS NOT NULL GROUP BY subject_type ORDER BY 1`;
  const { rows: types } = await eu.query(subjects);
  expect(types.map((row) => row.subject_type)).toEqual(["invoice", "shipment", "ticket"]);
  for (const row of types) expect(row.all - row.found, row.subject_type).toBeLessThanOrEqual(1);
  expect(types.reduce((gone, row) => gone + row.all - row.found, 0)).toBe(1);
});

test("object and vault paths embed the ids of their own tenant", async () => {
  expect(
    await ask(
      eu,
      `SELECT object_key FROM documents d JOIN projects p ON p.id = d.project_id
      WHERE NOT starts_with(object_key, format('orgs/%s/projects/%s/', p.organization_id, p.id))`,
    ),
  ).toEqual([]);
  const vaults = await ask(
    eu,
    `SELECT DISTINCT starts_with(vault_path, format('env:%s:%s:', project_id, environment_id))
    FROM connectors`,
  );
  expect(vaults).toContain(true);
});

test("people work for two tenants of one database, and are known in both databases under different ids", async () => {
  const shared = `SELECT email FROM users u JOIN memberships m ON m.user_id = u.id
    GROUP BY email HAVING count(*) > 1 ORDER BY 1`;
  expect(await ask(eu, shared)).toHaveLength(2);
  const users =
    "SELECT email || ' ' || id FROM users WHERE email !~ '(kestrel|saltmarsh|tern|bluefin|copper)' ORDER BY 1";
  const [here, there] = [await ask<string>(eu, users), await ask<string>(us, users)];
  expect(here.map((user) => user.split(" ")[0])).toEqual(there.map((user) => user.split(" ")[0]));
  expect(here.length).toBeGreaterThan(0);
  expect(here.filter((user) => there.includes(user))).toEqual([]);
});

test("the databases draw from disjoint sequences, and built-in rows have other ids in each", async () => {
  const ranges = "SELECT DISTINCT min_value || '–' || max_value FROM pg_sequences ORDER BY 1";
  expect(await ask(eu, ranges)).toEqual(["1–999999999"]);
  expect(await ask(us, ranges)).toEqual(["1000000001–1999999999"]);
  for (const [table, key] of [
    ["plans", "code"],
    ["roles", "name"],
    ["price_list", "code"],
  ] as const) {
    const rows = `SELECT ${key} || ' ' || id FROM ${table} WHERE ${table === "plans" ? "true" : "organization_id IS NULL"}`;
    const both = new Set([...(await ask(eu, rows)), ...(await ask(us, rows))]);
    expect(both.size, table).toBe(2 * (await ask(eu, rows)).length);
  }
});

test("the next number of every sequence is free", async () => {
  await eu.query("BEGIN");
  await eu.query(
    "INSERT INTO tickets (organization_id, subject, body) SELECT id, 's', 'b' FROM organizations",
  );
  await eu.query(
    "INSERT INTO domains (organization_id, hostname) SELECT id, slug || '.test' FROM organizations",
  );
  await eu.query(
    "INSERT INTO price_list (organization_id, code, description, unit_price) SELECT id, 'x', 'x', 1 FROM organizations",
  );
  await eu.query(
    "INSERT INTO audit_events (organization_id, action, subject_type) SELECT id, 'a', 's' FROM organizations",
  );
  await eu.query("ROLLBACK");
});

test("the smallest tenant has fewer than fifty rows, and at least one in each of its tables", async () => {
  const progress: { tenant: string | null; rows: number }[] = [];
  const database = await createTestDatabase("empty");
  const rows = await setUpHarbor(database.url, {
    region: "eu-1",
    scale: 1,
    tenants: ["tern-island"],
    onProgress: (step) => void (step.step === "loading" && step.done && progress.push(step)),
  });
  expect(rows.get("tern-island")).toBeLessThan(50);
  const own = progress.filter((step) => step.tenant === "tern-island");
  expect(own).toHaveLength(29);
  expect(own.every((step) => step.rows > 0)).toBe(true);
});

test("every awkward text is among the messages, exactly as it was meant", async () => {
  const bodies = await ask<string>(eu, "SELECT body FROM messages");
  for (const text of AWKWARD) {
    const stands = (body: string) => (text.length < 3 ? body === text : body.endsWith(` ${text}`));
    expect(bodies.some(stands), JSON.stringify(text)).toBe(true);
  }
});

test("every column that may be empty is empty somewhere and filled somewhere", async () => {
  const database = await createTestDatabase("empty");
  await setUpHarbor(database.url, { region: "eu-1", scale: 0.3 });
  const client = await database.connect();
  const nullable = `SELECT format('%I.%I', c.relname, attname)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND attnum > 0 AND NOT attisdropped
      AND NOT attnotnull AND attgenerated = '' AND c.relname <> '_sqlx_migrations'`;
  const columns = await ask<string>(client, nullable);
  expect(columns.length).toBeGreaterThan(40);
  const seen: string[] = [];
  for (const column of columns) {
    const [table, name] = column.split(".") as [string, string];
    const kinds = await ask(client, `SELECT DISTINCT num_nonnulls(${name}) FROM ${table} ORDER BY 1`);
    seen.push(`${column} ${kinds.join(" ")}`);
  }
  // Filled by a trigger, by the order of things, or by whoever signs up.
  const always = [
    "conversations.last_message_id",
    "domains.verification_token",
    "organizations.billing_email",
    "shipments.search",
  ];
  expect(seen.sort()).toEqual(columns.map((name) => `${name} ${always.includes(name) ? "1" : "0 1"}`).sort());
});
