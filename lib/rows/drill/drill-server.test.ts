/** A drill on a server that somebody names: only one that is there for drills, and nothing stays on it. */
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { connect } from "../../postgres/connection.ts";
import { startThrowawayServer, type ThrowawayServer } from "../../postgres/server/throwaway.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { quietContext } from "../run-context.ts";
import { SMALL_PLATFORM, smallDatabase } from "../testing/small-platform.ts";
import { type Exported, exportTo, parsePlatform, refusal, temporaryFolder } from "../testing/walk.ts";
import { drillBundle } from "./drill-bundle.ts";

const platform = parsePlatform(SMALL_PLATFORM);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let bundle: Exported;
let server: ThrowawayServer;
let client: pg.Client;
beforeAll(async () => {
  folder = await temporaryFolder();
  home = await smallDatabase("home");
  bundle = await exportTo(folder.path, { url: home.url, platform, tenant: "one" });
  server = await startThrowawayServer(30);
  client = await connect(server.url, { applicationName: "test" });
}, 120_000);
afterAll(async () => {
  await client.end();
  await server.stop();
  await home.drop();
  await folder.remove();
});

async function drill(url: string) {
  const source = await fileSource(bundle.path);
  try {
    return await drillBundle({ source, platform, schemaUrl: home.url, server: url }, quietContext());
  } finally {
    await source.close();
  }
}

async function left(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datname LIKE 'tenantry%'
     UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenantry%'`,
  );
  return rows.map(({ name }) => name);
}

it("restores there, and leaves neither its own database nor what a killed one has left", async () => {
  await client.query("CREATE ROLE tenantry_drill_0123456789abcdef; ");
  await client.query("CREATE DATABASE tenantry_drill_0123456789abcdef OWNER tenantry_drill_0123456789abcdef");
  const { rows, commonRows } = await drill(server.url);
  expect(rows).toBe(bundle.seal.totals.rows - commonRows);
  expect(await left()).toEqual([]);
}, 120_000);

it("refuses the platform's own server, one that holds something, and one whose rights do not suffice", async () => {
  const code = async (url: string) => {
    const found = await refusal(drill(url));
    expect(JSON.stringify(found)).not.toContain(new URL(url).password);
    return found.map((finding) => finding.code);
  };
  expect(await code(home.url)).toEqual(["drill-server-of-platform"]);
  await client.query("CREATE ROLE modest LOGIN PASSWORD 'modest-pass-word'");
  const modest = new URL(server.url);
  modest.username = "modest";
  modest.password = "modest-pass-word";
  expect(await code(modest.href)).toEqual(["drill-server-rights"]);
  await client.query("CREATE DATABASE customers");
  expect(await code(server.url)).toEqual(["drill-server-not-empty"]);
  await client.query("DROP DATABASE customers");
  await client.query("CREATE TABLE notes (id int)");
  expect(await code(server.url)).toEqual(["drill-server-not-empty"]);
  await client.query("DROP TABLE notes");
  expect(await left()).toEqual([]);
});
