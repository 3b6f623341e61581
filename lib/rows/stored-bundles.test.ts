/**
 * Bundles of format version 1 as they were written when it was frozen. They are never made anew: whatever this
 * version of Tenantry is, it verifies and imports them. `lib/rows/testing/format-1` holds the platform that they are
 * of, and the rows that have to come back.
 */
import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type pg from "pg";
import { expect, test } from "vitest";
import { fileSource } from "../bundle/stores/file-source.ts";
import { verifyBundle } from "../bundle/verify.ts";
import { pinSession } from "../postgres/session.ts";
import { createTestDatabase } from "../testing/database.ts";
import { storedRows } from "./testing/stored-rows.ts";
import { importFrom, parsePlatform, temporaryFolder } from "./testing/walk.ts";

const FILES = ["acme.tar.gz", "acme.tar.zst"] as const;

const pathOf = (name: string) => new URL(`./testing/format-1/${name}`, import.meta.url).pathname;
const textOf = (name: string) => readFile(pathOf(name), "utf8");

const RESIDENTS = `
  SELECT line FROM (
    SELECT o::text FROM public.orgs o WHERE slug = 'other'
    UNION ALL SELECT t::text FROM public."Odd ""quoted"" Täble" t JOIN public.orgs o ON o.id = t.org_id WHERE o.slug = 'other'
    UNION ALL SELECT p::text FROM public.people p WHERE email <> 'zoe@example.org'
  ) AS r (line) ORDER BY 1`;

/** Everybody but the tenant, and one of the people whom its rows point at is missing. */
const FORGET = `
  DELETE FROM every_type; DELETE FROM sessions; DELETE FROM hosts WHERE host <> 'other.example';
  DELETE FROM "Odd ""quoted"" Täble" t USING orgs o WHERE o.id = t.org_id AND o.slug = 'acme';
  DELETE FROM orgs WHERE slug = 'acme'; DELETE FROM people WHERE email = 'zoe@example.org';`;

async function residents(client: pg.Client): Promise<string[]> {
  return (await client.query<{ line: string }>(RESIDENTS)).rows.map(({ line }) => line);
}

test.each(FILES)("%s is whole, and signed by whom it was", async (name) => {
  const source = await fileSource(pathOf(name));
  try {
    const { findings, signature, manifest, seal } = await verifyBundle(source, {
      trust: [createPublicKey(await textOf("signing.pub"))],
    });
    expect(findings).toEqual([]);
    expect(signature?.state).toBe("trusted");
    expect(manifest?.tables.map((table) => table.name).sort()).toEqual(
      ['Odd "quoted" Täble', "every_type", "hosts", "nothing_yet", "orgs"].sort(),
    );
    expect(manifest?.reference.map((table) => table.name).sort()).toEqual(["colours", "people"]);
    expect(seal?.totals.rows).toBeGreaterThan(20);
  } finally {
    await source.close();
  }
});

test("what is secret stands in none of them", async () => {
  expect(gunzipSync(await readFile(pathOf("acme.tar.gz"))).includes("hunter2")).toBe(false);
});

test.each(FILES)("%s is imported, every type and odd name of it, and nobody else moves", async (name) => {
  const database = await createTestDatabase("empty");
  const client = await database.connect();
  await client.query(await textOf("schema.sql"));
  await client.query(await textOf("rows.sql"));
  await client.query(FORGET);
  await pinSession(client);
  const before = await residents(client);
  const folder = await temporaryFolder();
  expect(before.length).toBeGreaterThan(3);
  await importFrom({
    path: pathOf(name),
    url: database.url,
    platform: parsePlatform(await textOf("platform.yaml")),
    ids: "kept",
    journal: () => join(folder.path, "journal"),
  });
  const stored = JSON.parse(await textOf("rows.json")) as Record<string, string[]>;
  expect(stored.every_type!.length).toBeGreaterThan(10);
  expect(await storedRows(client)).toEqual(stored);
  expect(await residents(client)).toEqual(before);
  await folder.remove();
  await database.drop();
});
