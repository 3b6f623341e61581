/**
 * Bundles that a careful forger has sealed anew: whatever they say, an import is refused with findings and changes
 * nothing, or it loads the tenant and nobody else moves. Names come from the target's catalog and never from the file.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Manifest } from "../../bundle/manifest.ts";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { at } from "../../bundle/testing/broken-bundles.ts";
import { type Packed, repack, sealFor, sealMember, unpack } from "../../bundle/testing/hand-packed.ts";
import { canonicalJson } from "../../canonical/json.ts";
import { Refusal } from "../../findings/finding.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { bundleSide } from "../compare/bundle-side.ts";
import { compareSides } from "../compare/compare.ts";
import type { CompareSide } from "../compare/side.ts";
import { quietContext } from "../run-context.ts";
import { importFrom, parsePlatform, temporaryFolder } from "../testing/walk.ts";

const STORED = new URL("../testing/format-1/", import.meta.url);
const textOf = (name: string) => readFile(new URL(name, STORED), "utf8");

let database: TestDatabase;
let client: pg.Client;
let members: Packed[];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let attempts = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  database = await createTestDatabase("empty");
  client = await database.connect();
  await client.query(await textOf("schema.sql"));
  await client.query(await textOf("rows.sql"));
  await client.query(FORGET);
  members = (await unpack(new URL("acme.tar.gz", STORED).pathname)).slice(0, -1);
});
afterAll(() => folder.remove());

const FORGET = `
  DELETE FROM every_type; DELETE FROM sessions; DELETE FROM hosts WHERE host <> 'other.example';
  DELETE FROM "Odd ""quoted"" Täble" t USING orgs o WHERE o.id = t.org_id AND o.slug = 'acme';
  DELETE FROM orgs WHERE slug = 'acme';`;

const TABLES = ["orgs", "hosts", "people", "colours", "sessions", '"Odd ""quoted"" Täble"'];

/** Every row, and the name of every table: what nobody may change. */
async function everything(): Promise<string[]> {
  const found: string[] = [];
  for (const name of TABLES) {
    const { rows } = await client.query<{ line: string }>(
      `SELECT '${name} ' || t::text AS line FROM ${name} t ORDER BY 1`,
    );
    found.push(...rows.map(({ line }) => line));
  }
  const { rows } = await client.query<{ names: string }>(
    "SELECT string_agg(relname, ',' ORDER BY oid) AS names FROM pg_class WHERE relnamespace = 'public'::regnamespace",
  );
  return [...found, rows[0]!.names];
}

type Table = Manifest["tables"][number];
const table = (manifest: Manifest, name: string) => manifest.tables.find((one) => one.name === name) as Table;

const rewritten = (change: (manifest: Manifest) => void) => (packed: Packed[]) => {
  const manifest = JSON.parse(at(packed, "manifest.json").content.toString()) as Manifest;
  change(manifest);
  at(packed, "manifest.json").content = Buffer.from(canonicalJson(manifest));
};

/** Changes the text of the part that holds this. */
const inRows = (found: string, put: string) => (packed: Packed[]) => {
  const part = packed.find(
    ({ name, content }) => name.startsWith("data/") && content.includes(found),
  ) as Packed;
  part.content = Buffer.from(part.content.toString("utf8").replace(found, put));
};

const SQL = 'orgs"; DROP TABLE public.orgs; --';

const FORGERIES: Record<string, (packed: Packed[]) => void> = {
  "a table named like a statement": rewritten((manifest) => (table(manifest, "hosts").name = SQL)),
  "a schema named like a statement": rewritten((manifest) => (table(manifest, "hosts").schema = SQL)),
  "a column named like a statement": rewritten((manifest) => {
    const hosts = table(manifest, "hosts");
    hosts.key = null;
    hosts.columns[0]!.name = SQL;
  }),
  "a table of the server's own": rewritten((manifest) =>
    Object.assign(table(manifest, "hosts"), { schema: "pg_catalog", name: "pg_authid" }),
  ),
  "an excluded table among the tenant's": rewritten(
    (manifest) => (table(manifest, "hosts").name = "sessions"),
  ),
  "a common table among the tenant's": rewritten((manifest) => (table(manifest, "hosts").name = "people")),
  "a secret column that is carried": rewritten((manifest) => {
    const orgs = table(manifest, "orgs");
    orgs.dropped = orgs.dropped.filter(({ name }) => name !== "token");
    orgs.columns[1] = { ...orgs.columns[1]!, name: "token" };
  }),
  "a column of another encoding": rewritten(
    (manifest) => (table(manifest, "orgs").columns.find(({ name }) => name === "name")!.encoding = "literal"),
  ),
  "another tenant's key": rewritten(
    (manifest) => (manifest.tenant.key = "22222222-2222-4222-8222-222222222222"),
  ),
  "a key that is a statement": rewritten((manifest) => (manifest.tenant.key = "'; DROP TABLE orgs; --")),
  "another tenant's slug": rewritten((manifest) => (manifest.tenant.slug = "other")),
  "other migrations": rewritten((manifest) => (manifest.schema.fingerprint = "5".repeat(64))),
  "a row of another tenant": inRows(
    '"acme.example","org_id":"11111111-1111-4111-8111-111111111111"',
    '"acme.example","org_id":"22222222-2222-4222-8222-222222222222"',
  ),
  "another tenant's row itself": inRows('"acme.example"', '"other.example"'),
  "a row with a column twice": inRows('{"host":', '{"host":"a.example","host":'),
  "a row with one more column": inRows('{"host":', '{"more":1,"host":'),
  "a row with one column less": inRows('"host":"acme.example",', ""),
  "a row that is an array": inRows('{"host":"acme.example"', '["acme.example"'),
  "a row with white space": inRows('{"host":', '{ "host":'),
  "a value with a COPY terminator": inRows('"acme.example"', '"\\\\.\\n"'),
  "a value with a zero byte": inRows('"acme.example"', '"a\\u0000b"'),
  "a value that is half a character": inRows('"acme.example"', '"\\ud800"'),
  "a value of another kind": inRows('"acme.example"', "17"),
};

test.each(Object.entries(FORGERIES))("%s is refused or harmless", async (_name, forge) => {
  const packed = members.map((member) => ({ ...member }));
  forge(packed);
  expect(packed.some(({ content }, index) => !content.equals(members[index]!.content))).toBe(true);
  const path = await repack([...packed, sealMember(sealFor(packed))]);
  const before = await everything();
  const outcome = await attempt(path);
  if (outcome === "imported") await client.query(FORGET);
  else expect(outcome.length).toBeGreaterThan(0);
  expect(await everything()).toEqual(before);
});

test.each(Object.entries(FORGERIES))("%s is compared, or refused", async (_name, forge) => {
  const packed = members.map((member) => ({ ...member }));
  forge(packed);
  const path = await repack([...packed, sealMember(sealFor(packed))]);
  const sources = await Promise.all([path, new URL("acme.tar.gz", STORED).pathname].map(fileSource));
  const sides: CompareSide[] = [];
  try {
    for (const source of sources) sides.push(await bundleSide(source));
    const { equal } = await compareSides(sides[0]!, sides[1]!, quietContext());
    expect(typeof equal).toBe("boolean");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.findings.length).toBeGreaterThan(0);
  } finally {
    await Promise.all([...sides, ...sources].map((each) => each.close()));
  }
});

const OF_ROWS = Object.entries(FORGERIES).filter(([name]) => /^a (row|value)|row itself$/.test(name));

test.each(OF_ROWS)(
  "%s is told as a bundle that is altered, where the seal is the old one",
  async (_name, forge) => {
    const packed = members.map((member) => ({ ...member }));
    forge(packed);
    const path = await repack([...packed, sealMember(sealFor(members))]);
    const before = await everything();
    expect(await attempt(path)).toEqual(["bundle-member-altered"]);
    expect(await everything()).toEqual(before);
  },
);

test("what was not forged is imported: nothing above is refused by accident", async () => {
  const before = await everything();
  expect(await attempt(await repack([...members, sealMember(sealFor(members))]))).toBe("imported");
  await client.query(FORGET);
  expect(await everything()).toEqual(before);
});

/** The findings' codes where it was refused. Anything else is thrown. */
async function attempt(path: string): Promise<"imported" | string[]> {
  const platform = parsePlatform(await textOf("platform.yaml"));
  const journal = join(folder.path, `${++attempts}.journal`);
  try {
    await importFrom({ path, url: database.url, platform, ids: "kept", journal: () => journal });
    return "imported";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.findings.filter(({ severity }) => severity === "blocks").map(({ code }) => code);
  }
}
