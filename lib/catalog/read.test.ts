import pg from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "../testing/database.ts";
import { columnOf, isSince, readFixture, tableOf } from "./fixtures/read-fixture.ts";
import { readCatalog } from "./read.ts";

const FIXTURES = ["names", "types", "columns", "partitions", "keys", "foreign-keys", "triggers"];

test("names that only quoting survives are read as they are", async () => {
  const catalog = await readFixture(await (await createTestDatabase("empty")).connect(), "names");
  expect([...catalog.tables.keys()]).toEqual(['"Odd.Schema"."Order.Items"', 'public."say ""hi"""']);
  const items = tableOf(catalog, '"Odd.Schema"."Order.Items"');
  expect(items.columns.map((column) => column.name)).toEqual([
    "Id",
    "order",
    "new\nline",
    "straße.nr",
    "__proto__",
  ]);
  expect(columnOf(items, "order")).toMatchObject({
    type: '"Odd.Schema"."the ""mood"""',
    typeKind: "enum",
    default: `'so so'::"Odd.Schema"."the ""mood"""`,
    typeShape: `{"enum":["so so","it's \\"fine\\"","a,b"]}`,
  });
  const saying = tableOf(catalog, 'public."say ""hi"""');
  expect(saying.comment).toBe("A comment; with 'quotes'.");
  expect(columnOf(saying, "Item.Id").comment).toBe("Of a column.");
  expect(columnOf(saying, "id").sequence).toBe('public."say ""hi""_id_seq"');
  expect(saying.foreignKeys[0]).toMatchObject({ table: items.id, columns: ["Item.Id"], indexed: true });
});

test("server, database, role and extensions are told", async () => {
  const database = await createTestDatabase("empty");
  const catalog = await readCatalog(await database.connect());
  expect(catalog.server.systemIdentifier).toMatch(/^[0-9]{15,20}$/);
  expect(catalog.server).toMatchObject({ timeline: 1, trackCounts: true });
  expect(catalog.server.versionNumber).toBeGreaterThanOrEqual(140000);
  expect(catalog.database).toMatchObject({ name: database.name, encoding: "UTF8" });
  expect(catalog.role).toMatchObject({ superuser: true, maySetReplicationRole: true });
  expect(catalog.extensions.map((extension) => extension.name)).toEqual(["plpgsql"]);
});

test.each(FIXTURES)("the settings of the session change nothing in what is read of %s", async (topic) => {
  const client = await (await createTestDatabase("empty")).connect();
  const plain = await readFixture(client, topic);
  expect(plain.tables.size).toBeGreaterThan(0);
  await client.query(`SET search_path = "$user", code, kinds, "Odd.Schema", public`);
  await client.query(
    "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle = sql_standard",
  );
  await client.query(
    "SET quote_all_identifiers = on; SET extra_float_digits = -3; SET bytea_output = escape",
  );
  expect(await readCatalog(client)).toEqual(plain);
});

test("the session's settings are as before, inside a transaction and outside", async () => {
  const client = await (await createTestDatabase("empty")).connect();
  const settings = async () =>
    (await client.query("SELECT name, setting FROM pg_settings ORDER BY name")).rows;
  await client.query("SET search_path = public");
  await client.query("SET TimeZone = 'Asia/Tokyo'");
  const before = await settings();
  await readCatalog(client);
  expect(await settings()).toEqual(before);
  expect(client.getTransactionStatus()).toBe("I");
  await client.query("BEGIN");
  await client.query("SET LOCAL DateStyle = 'SQL, DMY'");
  const within = await settings();
  await readCatalog(client);
  expect(await settings()).toEqual(within);
  expect(client.getTransactionStatus()).toBe("T");
  await client.query("COMMIT");
  expect(await settings()).toEqual(before);
});

test("inside a transaction it reads what that transaction sees", async () => {
  const client = await (await createTestDatabase("empty")).connect();
  await client.query("BEGIN; CREATE TABLE mine (id int)");
  expect([...(await readCatalog(client)).tables.keys()]).toEqual(["public.mine"]);
  await client.query("ROLLBACK");
  expect((await readCatalog(client)).tables.size).toBe(0);
});

test("a failed transaction rejects and leaves the transaction to its owner", async () => {
  const client = await (await createTestDatabase("empty")).connect();
  await client.query("BEGIN");
  await expect(client.query("SELECT 1/0")).rejects.toThrow();
  await expect(readCatalog(client)).rejects.toMatchObject({ code: "25P02" });
  expect(client.getTransactionStatus()).toBe("E");
  await client.query("ROLLBACK");
});

test("a function or operator of a hostile schema is not called in the system's place", async () => {
  const client = await (await createTestDatabase("empty")).connect();
  await client.query(`
    CREATE TABLE t (id int);
    CREATE SCHEMA evil;
    CREATE FUNCTION evil.format_type(oid, integer) RETURNS text LANGUAGE sql AS $$SELECT 'evil'$$;
    CREATE FUNCTION evil.never(name, text) RETURNS boolean LANGUAGE sql AS $$SELECT false$$;
    CREATE OPERATOR evil.!~ (FUNCTION = evil.never, LEFTARG = name, RIGHTARG = text);
    SET search_path = evil, pg_catalog, public`);
  const table = tableOf(await readCatalog(client), "public.t");
  expect(columnOf(table, "id").type).toBe("integer");
});

test("a role without rights reads the whole catalog and is told what it may not", async () => {
  const database = await createTestDatabase("empty");
  const owner = await database.connect();
  const role = `reader_${database.name}`;
  await owner.query(`
    CREATE ROLE ${role} LOGIN PASSWORD 'reader';
    CREATE SCHEMA closed; CREATE TABLE closed.secret (id serial PRIMARY KEY, note text DEFAULT 'x' CHECK (note <> ''));
    CREATE TABLE open (id int PRIMARY KEY REFERENCES closed.secret);
    CREATE TABLE partly (id int, note text); GRANT UPDATE (note) ON partly TO ${role};
    GRANT ALL ON closed.secret TO ${role}; GRANT SELECT, INSERT ON open TO ${role};
    ALTER TABLE closed.secret ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON closed.secret USING (id > 1)`);
  const url = new URL(database.url);
  url.username = role;
  url.password = "reader";
  const reader = new pg.Client({ connectionString: url.href });
  await reader.connect();
  try {
    const [seen, whole] = [await readCatalog(reader), await readCatalog(owner)];
    expect(seen.role).toEqual({
      name: role,
      superuser: false,
      bypassRls: false,
      maySetReplicationRole: false,
    });
    expect(tableOf(seen, "public.open")).toMatchObject({
      ownedByRole: false,
      privileges: { select: true, insert: true, update: false, delete: false, lock: false },
    });
    expect(tableOf(seen, "public.partly").privileges).toMatchObject({ update: false, lock: true });
    // A grant on the table is worth nothing without USAGE on its schema.
    expect(tableOf(seen, "closed.secret").privileges.select).toBe(false);
    const withoutRights = (table: object) => ({ ...table, privileges: null, ownedByRole: null });
    expect([...seen.tables.values()].map(withoutRights)).toEqual(
      [...whole.tables.values()].map(withoutRights),
    );
    // Before 15 only a superuser may.
    const grantable = isSince(whole, 15);
    if (grantable) await owner.query(`GRANT SET ON PARAMETER session_replication_role TO ${role}`);
    expect((await readCatalog(reader)).role.maySetReplicationRole).toBe(grantable);
    await owner.query(`REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC`);
    expect((await readCatalog(reader)).server).toMatchObject({ systemIdentifier: null, timeline: null });
  } finally {
    await reader.end();
    await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});

test("a thousand tables take the same number of statements as one", async () => {
  const client = await (await createTestDatabase("empty")).connect();
  const counted = async () => {
    let statements = 0;
    const counting = new Proxy(client, {
      get(target, property) {
        if (property === "query") statements += 1;
        const value: unknown = Reflect.get(target, property);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    return { tables: (await readCatalog(counting)).tables.size, statements };
  };
  const empty = await counted();
  await client.query(`DO $$ BEGIN FOR n IN 1..1000 LOOP EXECUTE format(
    'CREATE TABLE t%s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text, b int[] , c numeric)', n);
    END LOOP; END $$`);
  const full = await counted();
  expect(full).toEqual({ tables: 1000, statements: empty.statements });
});
