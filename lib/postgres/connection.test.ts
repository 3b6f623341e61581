import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Refusal } from "../findings/finding.ts";
import { createTestDatabase } from "../testing/database.ts";
import { connect, describeDatabaseError } from "./connection.ts";
import { findFreePort } from "./server/server.ts";

const applicationName = "tenantry connection test";

async function refusal(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refusal);
  return error as Refusal;
}

describe("connect", () => {
  it("shows its application name, and lifts the server's timeouts", async () => {
    const db = await createTestDatabase("empty");
    const client = await connect(db.url, { applicationName });
    const { rows } = await client.query(
      "SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS timeout",
    );
    await client.end();
    expect(rows).toEqual([{ name: applicationName, timeout: "0" }]);
  });

  it("refuses writes in a read-only session with SQLSTATE 25006", async () => {
    const db = await createTestDatabase("empty");
    const client = await connect(db.url, { applicationName, readOnly: true });
    const error = await client.query("CREATE TABLE x (id int)").catch((reason: unknown) => reason);
    await client.end();
    expect(describeDatabaseError(error).sqlstate).toBe("25006");
  });

  it("cancels the running statement on abort and leaves the session usable", async () => {
    const db = await createTestDatabase("empty");
    const abort = new AbortController();
    const client = await connect(db.url, { applicationName, signal: abort.signal });
    const sleeping = client.query("SELECT pg_sleep(60)").catch((reason: unknown) => reason);
    abort.abort();
    expect(describeDatabaseError(await sleeping).sqlstate).toBe("57014");
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it("says that nothing listens there, and keeps the password out of everything it throws", async () => {
    const port = await findFreePort();
    const error = await refusal(connect(`postgres://me:hunter2@127.0.0.1:${port}/shop`, { applicationName }));
    expect(error.findings[0]).toMatchObject({
      code: "database-unreachable",
      where: `shop at 127.0.0.1:${port}`,
    });
    expect(error.findings[0]?.what).toContain("nothing accepts connections");
    expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
  });

  it("says that the password is wrong, without telling it", async () => {
    const db = await createTestDatabase("empty");
    const url = new URL(db.url);
    url.password = "hunter2";
    const error = await refusal(connect(url.href, { applicationName }));
    expect(describeDatabaseError(error).sqlstate).toBe("28P01");
    expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
  });

  it.each(["hunter2@nowhere", "mysql://me:hunter2@host/x", "postgres://me:hunter2@[host/x"])(
    "refuses an address that is no PostgreSQL URL without repeating it (%#)",
    async (url) => {
      const error = await refusal(connect(url, { applicationName }));
      expect(error.findings[0]?.code).toBe("address-invalid");
      expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
    },
  );
});

describe("describeDatabaseError", () => {
  const SCHEMA = `
    CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, age int CHECK (age > 0));
    CREATE TABLE orders (customer int REFERENCES customers, "Day Of" daterange,
                         EXCLUDE USING gist ("Day Of" WITH &&));
    CREATE FUNCTION complain() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'secret-value'; END $$;
    INSERT INTO customers VALUES (77001, 'secret-value', 5);
    INSERT INTO orders VALUES (77001, '[2020-01-01,2020-02-01)')`;

  it.each([
    ["23505", "customers_pkey", "INSERT INTO customers VALUES (77001, 'secret-value', 5)"],
    ["23503", "orders_customer_fkey", "INSERT INTO orders VALUES (77002)"],
    ["23502", "public.customers.email", "INSERT INTO customers VALUES (77003, NULL, 77004)"],
    ["23514", "customers_age_check", "INSERT INTO customers VALUES (77005, 'secret-value', -77006)"],
    ["23P01", "orders_Day Of_excl", "INSERT INTO orders VALUES (NULL, '[2020-01-15,2020-01-16)')"],
    ["22P02", "does not fit", "SELECT 'secret-value'::int"],
    ["22003", "does not fit", "SELECT 77007::int2 * 1000::int2"],
    ["42P01", "nowhere", "SELECT FROM nowhere"],
    ["P0001", "refused", "SELECT complain()"],
    ["42601", "refused", "SELECT 'a' 'secret-value'"],
  ])("tells %s by names and never by values", async (sqlstate, mentions, statement) => {
    const db = await createTestDatabase("empty");
    const client = await db.connect();
    await client.query(SCHEMA);
    const error = await client.query(statement).catch((reason: unknown) => reason);
    const described = describeDatabaseError(new Error("outer", { cause: error }));
    expect(described.sqlstate).toBe(sqlstate);
    expect(described.sentence).toContain(mentions);
    expect(described.sentence).not.toMatch(/secret-value|77\d\d\d|2020/);
    await db.drop();
  });

  it("does not take a bug for a database's error", () => {
    expect(describeDatabaseError(new TypeError("x is not a function"))).toEqual({
      sqlstate: null,
      sentence: "Something other than the database failed.",
    });
  });
});
