/** A bundle is restored where nobody lives: it passes with all that was sealed, and fails for what is wrong with it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { quietContext } from "../run-context.ts";
import { changedResidents, readResidents } from "../testing/residents.ts";
import { prepareSaltmarsh } from "../testing/saltmarsh.ts";
import { SMALL_PLATFORM, smallDatabase, smallSpec } from "../testing/small-platform.ts";
import { type Exported, exportTo, parsePlatform, refusal, temporaryFolder } from "../testing/walk.ts";
import { drillBundle } from "./drill-bundle.ts";

const platform = parsePlatform(SMALL_PLATFORM);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: TestDatabase;
let bundle: Exported;
beforeAll(async () => {
  folder = await temporaryFolder();
  home = await smallDatabase("home");
  bundle = await exportTo(folder.path, { url: home.url, platform, tenant: "one" });
});
afterAll(() => folder.remove());

async function drill(path: string, effects: string[], schemaUrl = home.url) {
  const source = await fileSource(path);
  try {
    const context = quietContext({
      sideEffect: (name, effect) => {
        effects.push(name);
        return effect();
      },
    });
    return await drillBundle({ source, platform, schemaUrl }, context);
  } finally {
    await source.close();
  }
}

it("restores every sealed row, common ones too, and leaves the platform as it was", async () => {
  const client = await home.connect();
  const before = await readResidents(client, smallSpec());
  const effects: string[] = [];
  const { rows, tables, commonRows, seconds, findings } = await drill(bundle.path, effects);
  expect(rows).toBe(bundle.seal.totals.rows - commonRows);
  expect(tables).toBe(bundle.manifest.tables.length);
  expect(commonRows).toBeGreaterThan(0);
  expect(Math.min(...Object.values(seconds))).toBeGreaterThan(0);
  expect(findings.filter(({ severity }) => severity === "blocks")).toEqual([]);
  expect(effects[0]).toBe("start throwaway server");
  expect(effects.at(-1)).toBe("stop throwaway server");
  expect(effects.filter((name) => name === "commit")).toHaveLength(1);
  expect(changedResidents(before, await readResidents(client, smallSpec()))).toEqual([]);
}, 120_000);

it("brings shared rows that no bundle holds from where the schema is, and no more of them than it may", async () => {
  const saltmarsh = await prepareSaltmarsh();
  const harbor = await createTestDatabase("harbor");
  const source = await fileSource(saltmarsh.bundle.path);
  const request = { source, platform: saltmarsh.platform, schemaUrl: harbor.url };
  const { rows, commonRows } = await drillBundle(request, quietContext());
  expect(rows).toBe(saltmarsh.bundle.seal.totals.rows - commonRows);
  expect(await refusal(drillBundle({ ...request, sharedLimit: 1000 }, quietContext()))).toMatchObject([
    { code: "shared-rows-too-large", where: expect.stringMatching(/^public\./) },
  ]);
  await source.close();
  await harbor.drop();
  await saltmarsh.folder.remove();
}, 120_000);

it("runs the platform's own functions as nobody who could leave the database", async () => {
  const hostile = await smallDatabase("home");
  const client = await hostile.connect();
  await client.query(`CREATE FUNCTION public.leave() RETURNS int LANGUAGE plpgsql AS
      $$ BEGIN IF current_database() = 'drill' THEN COPY (SELECT 1) TO PROGRAM 'true'; END IF; RETURN 1; END $$;
    ALTER TABLE items ADD CHECK (public.leave() = 1)`);
  const found = await refusal(drill(bundle.path, [], hostile.url));
  // The server's "permission denied", as an import tells it; a superuser's drill would have passed.
  expect(found).toMatchObject([{ code: "no-insert", where: "public.items" }]);
  await hostile.drop();
}, 120_000);

it("fails for a file that is not whole before it starts anything", async () => {
  const bytes = await readFile(bundle.path);
  const cut = join(folder.path, "cut.tar.gz");
  await writeFile(cut, bytes.subarray(0, bytes.length - 40));
  const effects: string[] = [];
  expect(await refusal(drill(cut, effects))).toMatchObject([{ code: "bundle-truncated" }]);
  expect(effects).toEqual([]);
}, 120_000);

it("fails where the database has gone on, and says what differs", async () => {
  const other = await smallDatabase("home");
  const client = await other.connect();
  await client.query("ALTER TABLE items ADD COLUMN later int");
  const effects: string[] = [];
  const found = await refusal(drill(bundle.path, effects, other.url));
  expect(found.map(({ code }) => code)).toContain("shape-differs");
  expect(effects).toEqual(["start throwaway server", "stop throwaway server"]);
  await other.drop();
}, 120_000);
