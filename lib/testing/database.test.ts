import pg from "pg";
import { describe, expect, it } from "vitest";
import { createTestDatabase, serverUrl } from "./database.ts";

describe("a test database", () => {
  it("is empty, of its own, and gone after the drop", async () => {
    const first = await createTestDatabase("empty");
    const second = await createTestDatabase();
    const client = await first.connect();
    await client.query("CREATE TABLE here (id int)");
    const other = await second.connect();
    expect((await other.query("SELECT to_regclass('here') AS found")).rows).toEqual([{ found: null }]);
    await first.drop();
    await second.drop();
    const server = new pg.Client({ connectionString: serverUrl() });
    await server.connect();
    const left = await server.query("SELECT FROM pg_database WHERE datname = ANY($1)", [
      [first.name, second.name],
    ]);
    await server.end();
    expect(left.rowCount).toBe(0);
  });

  it("reports a connection that somebody else has left open on it", async () => {
    const database = await createTestDatabase("empty");
    const leaked = new pg.Client({ connectionString: database.url, application_name: "forgetful" });
    leaked.on("error", () => {});
    await leaked.connect();
    await expect(database.drop()).rejects.toThrow(/1 connection\(s\).*forgetful/);
  });
});
