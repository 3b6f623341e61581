import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../../../examples/harbor/set-up.ts";
import { fileSource } from "../../bundle/stores/file-source.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { Refusal } from "../../findings/finding.ts";
import { type PlatformFile, readPlatformFile } from "../../tenancy/platform-file.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { exportTenant } from "../export/export-tenant.ts";
import { EXPORT_CONNECTIONS, takeSlot } from "../export/pool.ts";
import { importTenant } from "../import/import-tenant.ts";
import { readJournal } from "../import/journal.ts";
import { readManifest } from "../import/outline.ts";
import { quietContext } from "../run-context.ts";
import { bundleSide } from "./bundle-side.ts";
import { compareSides } from "./compare.ts";
import type { RowDifference } from "./differences.ts";
import { liveSide } from "./live-side.ts";

const TENANT = "saltmarsh";
let database: TestDatabase;
let folder: string;
let platform: PlatformFile;
let bundle: string;

beforeAll(async () => {
  database = await createTestDatabase("harbor");
  folder = await mkdtemp(join(tmpdir(), "compare-"));
  platform = readPlatformFile(await readFile(HARBOR_PLATFORM_FILE, "utf8"), "platform.yaml").file!;
  bundle = await exportTo("before.tar.gz");
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function exportTo(name: string): Promise<string> {
  const store = folderStore(folder);
  await exportTenant(
    { url: database.url, platform, tenant: TENANT, store, name, compression: "gzip", engineVersion: "test" },
    quietContext(),
  );
  return join(folder, name);
}

async function compareWithLive(path: string, tenant = TENANT, journal?: string) {
  const source = await fileSource(path);
  const live = await liveSide({ url: database.url, platform, tenant, like: await readManifest(source) });
  try {
    const remap = journal === undefined ? undefined : (await readJournal(journal))!.remap;
    const remapped = remap === undefined ? undefined : { remap, model: live.model };
    return await compareSides(await bundleSide(source, { remapped }), live, quietContext());
  } finally {
    await live.close();
    await source.close();
  }
}

test("a bundle equals the tenant that it was just made of", async () => {
  const comparison = await compareWithLive(bundle);
  expect(comparison.findings.filter((finding) => finding.severity === "blocks")).toEqual([]);
  expect(comparison.equal).toBe(true);
  expect(comparison.tables.every((table) => table.rows[0] === table.rows[1])).toBe(true);
  expect(comparison.tables.reduce((rows, table) => rows + table.rows[0], 0)).toBeGreaterThan(100);
});

test.each([
  ["a connection of their own", 0],
  ["the one that rows are read over, where exports have taken all others", EXPORT_CONNECTIONS],
])("references are looked at over %s, and one that does not hold is told", async (_, taken) => {
  const holders = await Promise.all(Array.from({ length: taken }, () => database.connect()));
  for (const holder of holders) expect(await takeSlot(holder)).toBe(true);
  const client = await database.connect();
  await client.query("SET session_replication_role = replica");
  const { rows } = await client.query<{ id: string; opened_by: string }>(
    `SELECT t.id, t.opened_by FROM public.tickets t JOIN public.organizations o ON o.id = t.organization_id
      WHERE o.slug = $1 AND t.opened_by IS NOT NULL LIMIT 1`,
    [TENANT],
  );
  const { id, opened_by } = rows[0]!;
  await client.query("UPDATE public.tickets SET opened_by = gen_random_uuid() WHERE id = $1", [id]);
  const { findings } = await compareWithLive(bundle);
  expect(findings.filter(({ severity }) => severity === "blocks")).toMatchObject([
    { code: "rows-differ", where: "public.tickets", count: 1 },
    { code: "reference-dangles", count: 1 },
  ]);
  await client.query("UPDATE public.tickets SET opened_by = $2 WHERE id = $1", [id, opened_by]);
  await Promise.all([client, ...holders].map((session) => session.end()));
});

test("added, removed and changed rows are told apart, down to the column", async () => {
  const client = await database.connect();
  await client.query("BEGIN");
  const { rows } = await client.query<{ id: string }>(
    `SELECT c.id FROM public.tickets c JOIN public.organizations o ON o.id = c.organization_id WHERE o.slug = $1 ORDER BY c.id LIMIT 2`,
    [TENANT],
  );
  expect(rows).toHaveLength(2);
  await client.query("SET LOCAL session_replication_role = replica");
  await client.query("UPDATE public.tickets SET subject = subject || ' again' WHERE id = $1", [rows[0]!.id]);
  await client.query("DELETE FROM public.tickets WHERE id = $1", [rows[1]!.id]);
  await client.query("COMMIT");
  const comparison = await compareWithLive(bundle);
  const tickets = comparison.tables.find((table) => table.table === "public.tickets")!;
  expect(tickets).toMatchObject({ added: 0, removed: 1, changed: 1, columns: { subject: 1 } });
  expect(comparison.equal).toBe(false);

  const after = await exportTo("after.tar.gz");
  const [first, second] = [await fileSource(bundle), await fileSource(after)];
  const shown: RowDifference[] = [];
  const examples = {
    wants: (table: string) => table === "public.tickets" && shown.length < 2,
    take: (_table: string, row: RowDifference) => void shown.push(row),
  };
  const bundles = await compareSides(await bundleSide(second), await bundleSide(first), quietContext(), {
    examples,
  });
  await Promise.all([first.close(), second.close()]);
  expect(bundles.tables.find((table) => table.table === "public.tickets")).toMatchObject({
    added: 1,
    removed: 0,
    changed: 1,
    columns: { subject: 1 },
  });
  expect(shown.map(({ kind }) => kind).sort()).toEqual(["added", "changed"]);
  const changed = shown.find(({ kind }) => kind === "changed")!;
  const subjects = [changed.before, changed.after].map((line) => JSON.parse(line!).subject);
  expect(subjects).toEqual([`${subjects[1]} again`, subjects[1]]);
  expect(shown.find(({ kind }) => kind === "added")).toMatchObject({ before: null });
});

test("an import equals its bundle through the import's journal, and cannot be compared without", async () => {
  const source = await fileSource(bundle);
  const manifest = await readManifest(source);
  const journal = join(folder, "journal.json");
  const imported = await importTenant(
    {
      source,
      url: database.url,
      platform,
      ids: "fresh",
      newSlug: "saltmarsh-copy",
      newDomains: new Map(manifest.tenant.domains.map((domain) => [domain, `copy-${domain}`])),
      unreviewed: true,
      journal: () => journal,
    },
    quietContext(),
  );
  await source.close();
  expect(imported.outcome).toBe("imported");
  const comparison = await compareWithLive(bundle, "saltmarsh-copy", journal);
  expect(comparison.findings.filter((finding) => finding.severity === "blocks")).toEqual([]);
  expect(comparison.equal).toBe(true);
  const refused = await compareWithLive(bundle, "saltmarsh-copy").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refusal);
  expect((refused as Refusal).findings[0]?.code).toBe("ids-differ");
});
