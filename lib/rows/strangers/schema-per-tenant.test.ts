/** `placement: schema`: a tenant is a whole schema, and goes round as one. */
import { afterEach, expect, it, vi } from "vitest";
import { compareTenants } from "../testing/oracle.ts";
import type { OracleSpec } from "../testing/oracle-spec.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { owned } from "../testing/stranger.ts";
import { type TinyPlatform, tinyPlatform } from "../testing/tiny-platform.ts";

/** Several exports and imports a case. */
vi.setConfig({ testTimeout: 120_000 });

let platform: TinyPlatform | null = null;
afterEach(async () => {
  await platform?.drop();
  platform = null;
});

/** Everything that a schema may hold and that must be the new tenant's own afterwards. */
const tenant = (schema: string) => `
  CREATE SCHEMA "${schema}"; SET search_path TO "${schema}";
  CREATE TYPE mood AS ENUM ('good', 'b"a''d'); CREATE DOMAIN code AS text CHECK (VALUE <> '');
  CREATE COLLATION kind (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TYPE span AS RANGE (subtype = date, multirange_type_name = spans);
  CREATE SEQUENCE tickets START 100; CREATE FUNCTION shout(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(t) $$;
  CREATE TABLE customers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, nick text COLLATE kind, mood mood, away span DEFAULT '[2026-01-01,2026-02-01)', all_away spans, loud text GENERATED ALWAYS AS (shout(name)) STORED);
  CREATE TABLE orders (id bigserial PRIMARY KEY, customer uuid NOT NULL REFERENCES customers, plan int REFERENCES public.plans, ticket int DEFAULT nextval('tickets'), code code,
    placed date NOT NULL DEFAULT '2026-01-01', EXCLUDE (ticket WITH =), CHECK (ticket > 0));
  CREATE INDEX orders_customer ON orders (customer) WHERE plan IS NOT NULL; CREATE UNIQUE INDEX ON customers (lower(name));
  CREATE TABLE events (id int GENERATED ALWAYS AS IDENTITY, day date, order_id bigint REFERENCES orders, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); CREATE INDEX ON events (order_id);
  CREATE TABLE schema_migrations (version text PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1'), ('2');
  CREATE VIEW busy AS SELECT customer, count(*) FROM orders GROUP BY 1; CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO schema_migrations VALUES ('fired'); RETURN NEW; END $$;
  CREATE TRIGGER touch AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION touch(); ALTER TABLE customers DISABLE TRIGGER touch;
  ALTER TABLE customers ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON customers USING (name = current_user); GRANT SELECT ON orders TO pg_monitor;
  INSERT INTO customers (name, mood) VALUES ('Ann of ${schema}', 'good'), ('Ben', 'b"a''d'); INSERT INTO orders (customer, plan, code) SELECT id, 1, 'c' FROM customers;
  INSERT INTO events (day, order_id) SELECT '2026-02-01', id FROM orders; SET search_path TO public;`;
const COMMON = `
  CREATE TABLE plans (id serial PRIMARY KEY, code text NOT NULL UNIQUE);
  CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE);
  CREATE TABLE members (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, name text);`;
const YAML = `
  tenant: { table: public.tenants, slug: slug }
  placement: schema
  schema: "app_{slug}"
  common: { public.plans: { match: [code] } }
  columns: { "app_{slug}.orders.code": personal }`;

/** Whatever the tenant's key. */
const EVERY_ROW = "$1::text IS NOT NULL";

function specOf(schema: string): OracleSpec {
  const name = (table: string) => `"${schema}".${table}`;
  return {
    tables: [
      {
        ...owned("tenants", "t.id::text = $1", ["id"]),
        becomes: { slug: { source: "'copy'", imported: "t.slug" } },
      },
      owned("members", "t.tenant_id::text = $1", ["id"], { tenant_id: "tenants(id)" }),
      owned(name("customers"), EVERY_ROW, ["id"]),
      owned(name("orders"), EVERY_ROW, ["id"], { customer: `${name("customers")}(id)`, plan: "plans(id)" }),
      owned(name("events"), EVERY_ROW, ["id"], { order_id: `${name("orders")}(id)` }),
      owned(name("schema_migrations"), EVERY_ROW, []),
    ],
    common: [{ name: "public.plans", rows: "true", match: ["code"], ids: ["id"] }],
  };
}

it("comes beside under fresh ids, and elsewhere with its own, in a schema that the import makes like another tenant's", async () => {
  platform = await tinyPlatform(COMMON, YAML);
  await platform.source.query(`INSERT INTO plans (code) VALUES ('pro'), ('free'); INSERT INTO tenants (slug) VALUES ('acme'), ('other');
    INSERT INTO members (tenant_id, name) SELECT id, slug FROM tenants; ${tenant("app_acme")} ${tenant("app_other")}`);
  await platform.target.query(`INSERT INTO plans (code) VALUES ('none'), ('free'), ('pro'); INSERT INTO tenants (slug) VALUES ('resident');
    ${tenant("app_resident")}`);
  const { manifest } = await platform.export("acme");
  expect(manifest.tables.map(({ schema, name }) => `${schema}.${name}`)).toContain("app_{slug}.orders");
  const source = { client: platform.source, key: manifest.tenant.key };

  for (const [where, schema, request] of [
    ["source", "app_copy", { url: platform.sourceUrl, newSlug: "copy" }],
    ["target", "app_acme", { ids: "kept" }],
  ] as const) {
    const client = platform[where];
    const before = await readResidents(client, { tables: [], common: [] });
    const copy = await platform.import(request);
    const after = await readResidents(client, specOf(schema), copy.tenant.key);
    expect(
      changedResidents(before, new Map([...after].filter(([name]) => !name.startsWith(`${schema}.`)))),
    ).toEqual([]);
    const [was, is] = [specOf("app_acme"), specOf(schema)];
    const verdict = await compareTenants(
      { ...was, tables: was.tables.map((table) => (where === "target" ? { ...table, becomes: {} } : table)) },
      source,
      { client: renamed(client, "app_acme", schema), key: copy.tenant.key },
    );
    expect(is.tables).toHaveLength(was.tables.length);
    expect(verdict.differences).toEqual([]);
    expect(verdict.rows).toBe(1 + 1 + 2 + 2 + 2 + 2);
  }
  // What fires and what counts there is the new tenant's own.
  await platform.source.query(`SET search_path TO app_copy, public; ALTER TABLE customers ENABLE TRIGGER touch;
    INSERT INTO customers (name) VALUES ('Cid'); INSERT INTO orders (customer) SELECT id FROM customers WHERE name = 'Cid'; REFRESH MATERIALIZED VIEW totals; RESET search_path`);
  const { rows } = await platform.source.query(
    `SELECT (SELECT count(*) FROM app_copy.schema_migrations WHERE version = 'fired')::int AS fired, (SELECT count(*) FROM app_acme.schema_migrations)::int AS before,
       (SELECT count FROM app_copy.totals)::int AS orders, (SELECT loud FROM app_copy.customers WHERE name = 'Cid') AS loud, has_table_privilege('pg_monitor', 'app_copy.orders', 'SELECT') AS granted`,
  );
  expect(rows).toEqual([{ fired: 1, before: 2, orders: 3, loud: "CID", granted: true }]);
});

/** The oracle asks both sides for the tables of one specification. */
function renamed(client: TinyPlatform["source"], from: string, to: string): TinyPlatform["source"] {
  const query = (text: string, values?: unknown[]) =>
    client.query(
      text.replaceAll(from, to),
      values?.map((value) => (typeof value === "string" ? value.replaceAll(from, to) : value)),
    );
  return { query } as unknown as TinyPlatform["source"];
}

it("is nothing but its schema's name where no table has the tenants as rows", async () => {
  platform = await tinyPlatform(
    "CREATE TABLE plans (id serial PRIMARY KEY, code text NOT NULL UNIQUE);",
    `
    tenant: {}
    placement: schema
    schema: "me_{slug}"
    common: { public.plans: { match: [code] } }`,
  );
  for (const where of ["source", "target"] as const)
    await platform[where].query("INSERT INTO plans (code) VALUES ('pro')");
  await platform.source.query(tenant("me_acme") + tenant("me_other"));
  await platform.export("acme");
  expect(await platform.refused({ newSlug: "copy" })).toEqual(["no-tenant-schema"]);
  await platform.target.query(tenant("me_resident"));
  await platform.import({ newSlug: "copy" });
  const { rows } = await platform.target.query("SELECT name, mood::text FROM me_copy.customers ORDER BY 1");
  expect(rows).toEqual([
    { name: "Ann of me_acme", mood: "good" },
    { name: "Ben", mood: "b\"a'd" },
  ]);
  expect(await platform.refused({ newSlug: "resident" })).toContain("tenant-schema-taken");
});

it("says what stands in its way: a function that names its schema, tenants of two versions, a tenant without a schema", async () => {
  platform = await tinyPlatform(COMMON, YAML);
  await platform.source.query(`INSERT INTO plans (code) VALUES ('pro'); INSERT INTO tenants (slug) VALUES ('acme'), ('other'), ('lost'); INSERT INTO members (tenant_id) SELECT id FROM tenants;
    ${tenant("app_acme")} ${tenant("app_other")} ALTER TABLE app_other.orders ADD note text`);
  const { findings } = await platform.export("acme");
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: "tenant-schema-differs",
      where: "app_other",
      count: 1,
      severity: "warns",
    }),
  );
  await expect(platform.export("lost")).rejects.toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ code: "tenant-schema-missing", where: "app_lost" }),
    ]),
  });
  await platform.source.query(
    "CREATE FUNCTION app_acme.odd() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM app_acme.orders'",
  );
  expect(await platform.refused({ url: platform.sourceUrl, newSlug: "copy" })).toEqual([
    "schema-names-itself",
  ]);
});

it("called by a key that an import makes anew is refused in one sentence, and goes elsewhere with its own", async () => {
  const byKey = 'placement: schema\n  schema: "app_{key}"\n';
  platform = await tinyPlatform(
    "CREATE TABLE tenants (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE);",
    `\n  tenant: { table: public.tenants, slug: slug }\n  ${byKey}`,
  );
  const keys = ["acme", "resident"].map((_, n) => `00000000-0000-4000-8000-00000000000${n}`);
  const [acme, resident] = keys as [string, string];
  const schema = (
    key: string,
  ) => `CREATE SCHEMA "app_${key}"; CREATE TABLE "app_${key}".notes (id serial PRIMARY KEY, body text);
    INSERT INTO "app_${key}".notes (body) VALUES ('of ${key}')`;
  await platform.source.query(`INSERT INTO tenants VALUES ('${acme}', 'acme'); ${schema(acme)}`);
  await platform.target.query(`INSERT INTO tenants VALUES ('${resident}', 'resident'); ${schema(resident)}`);
  await platform.export("acme");
  for (const url of [platform.sourceUrl, undefined])
    expect(await platform.refused({ ...(url === undefined ? {} : { url }), newSlug: "copy" })).toEqual([
      "schema-name-unknown",
    ]);
  await platform.import({ ids: "kept" });
  const { rows } = await platform.target.query(`SELECT body FROM "app_${acme}".notes`);
  expect(rows).toEqual([{ body: `of ${acme}` }]);
});
