import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { addTestActor } from "../../access/testing/people.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { temporaryFolder } from "../../bundle/testing/write-sample.ts";
import { openRecords, type Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { uploads } from "../../records/schema/uploads.ts";
import { addTestPlace } from "../../records/testing/rows.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { sweepUploads } from "./sweep.ts";
import { beginUpload } from "./upload-record.ts";

let records: Records;
let olga: Actor;
let platformId: string;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  olga = (await addTestActor(records, "olga", ["operator"])).actor;
  ({ platformId } = await addTestPlace(records));
}, 120_000);
afterAll(() => records.close());

/** An upload whose process is gone since `minutes`. */
async function lost(name: string, minutes: number): Promise<string> {
  const id = newId();
  const place = { platformId, personId: olga.personId, store: "folder", fileName: name };
  await beginUpload(records, olga, { id, name, ...place }, { least: 4, most: 4 });
  const heartbeatAt = sql`now() - make_interval(mins => ${minutes})`;
  await records.update(uploads).set({ heartbeatAt }).where(eq(uploads.id, id));
  return id;
}

it("ends what a killed process was receiving, leaves nothing of it, and touches nothing else", async () => {
  const folder = await temporaryFolder();
  const store = folderStore(folder);
  const stores = { ids: ["folder"], get: () => store };
  const halfway = await lost("half.tar.gz", 6);
  const published = await lost("published.tar.gz", 6);
  const listed = await lost("listed.tar.gz", 6);
  const alive = await lost("alive.tar.gz", 1);
  for (const name of ["half.tar.gz", "alive.tar.gz"])
    await (await store.create(name)).write(Buffer.from("half"));
  for (const name of ["published.tar.gz", "listed.tar.gz"]) await writeFile(join(folder, name), "whole");
  await records
    .insert(bundles)
    .values({ id: listed, store: "folder", name: "listed.tar.gz", state: "ready", origin: "upload" });

  expect(await sweepUploads({ records, stores })).toBe(3);
  expect(await sweepUploads({ records, stores })).toBe(0);
  expect((await readdir(folder)).toSorted()).toEqual([
    expect.stringMatching(/^alive\.tar\.gz\..*\.partial$/),
    "listed.tar.gz",
  ]);
  const rows = await records.select().from(uploads).orderBy(asc(uploads.id));
  expect(rows.map(({ id, state }) => [id, state])).toEqual([
    [halfway, "aborted"],
    [published, "aborted"],
    [listed, "aborted"],
    [alive, "receiving"],
  ]);
  expect(rows[0]!.findings).toMatchObject([{ code: "upload-broke-off" }]);
  const entries = await records
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.action, "bundle.upload-aborted"));
  expect(entries.map(({ actorName }) => actorName)).toEqual(["upload sweep", "upload sweep", "upload sweep"]);
});
