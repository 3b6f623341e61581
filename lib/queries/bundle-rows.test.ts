import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../access/actor.ts";
import { addTestActor } from "../access/testing/people.ts";
import type { Compression } from "../bundle/compression/compression.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { folderStore } from "../bundle/stores/folder.ts";
import { SAMPLE_MANIFEST } from "../bundle/testing/sample-bundle.ts";
import { temporarySource, writeSample } from "../bundle/testing/write-sample.ts";
import { verifyBundle } from "../bundle/verify.ts";
import { keepPieces, provedBundle } from "../operations/bundles/facts.ts";
import { revealedUntil, revealPersonal } from "../operations/bundles/reveal.ts";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { bundles } from "../records/schema/bundles.ts";
import { createTestDatabase } from "../testing/database.ts";
import { readBundleRows } from "./bundle-rows.ts";
import { readBundleRowsQuery } from "./bundle-rows-list.ts";
import { Refused } from "./refused.ts";

let records: Records;
let sam: Actor;
let vic: Actor;
let path: string;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  sam = (await addTestActor(records, "sam", ["support"])).actor;
  vic = (await addTestActor(records, "vic", ["viewer"])).actor;
}, 120_000);
afterAll(() => records.close());
beforeEach(() => records.delete(bundles));

/** The notes of invoices are personal. */
const MANIFEST: Manifest = structuredClone(SAMPLE_MANIFEST);
MANIFEST.tables[2]!.columns[1]!.class = "personal";

async function listed(compression: Compression): Promise<string> {
  ({ path } = await writeSample(compression, undefined, { manifest: MANIFEST }));
  const source = await temporarySource(path);
  const proof = await verifyBundle(source);
  const id = newId();
  await records.insert(bundles).values({
    id,
    store: "folder",
    name: source.name,
    state: "ready",
    origin: "upload",
    ...provedBundle(proof, source.size),
  });
  await keepPieces(records, id, proof);
  return id;
}

const rowsOf = (id: string, search: Record<string, string> = {}, actor = sam) => {
  const stores = { ids: ["folder"], get: () => folderStore(dirname(path)) };
  return readBundleRows({ records, stores }, actor, id, readBundleRowsQuery(search));
};

it.each(["gzip", "zstd"] as const)(
  "reads a page of any table of a %s bundle, and says whether at any place",
  async (kind) => {
    const id = await listed(kind);
    const view = (await rowsOf(id, { table: "data-3", page: "10" }))!;
    expect(view).toMatchObject({
      page: 10,
      shown: { table: "public.invoices", rows: 250 },
      sequential: kind === "zstd",
    });
    expect(view.rows).toHaveLength(25);
    expect(view.rows[24]).toEqual({
      place: 250,
      cells: [{ kind: "number", text: "250" }, { kind: "masked" }],
    });
    expect((await rowsOf(id, { table: "data-3", page: "99" }))!.page).toBe(10);
    expect((await rowsOf(id))!.shown).toMatchObject({ address: "data-3" });
    expect((await rowsOf(id, { table: "reference-1" }))!.rows[0]).toMatchObject({
      cells: [{ text: "1" }, {}],
    });
    for (const table of ["data-2", "data-9"]) expect(await rowsOf(id, { table }), table).toBeNull();
    expect(await rowsOf(newId())).toBeNull();
    expect(await rowsOf("x")).toBeNull();
  },
);

it("shows personal columns to whoever asked and said why, for a while, and to nobody else", async () => {
  const id = await listed("gzip");
  const other = newId();
  await records
    .insert(bundles)
    .values({ id: other, store: "folder", name: "other", state: "ready", origin: "upload" });
  const second = async (actor = sam) => {
    const [, row] = (await rowsOf(id, { table: "data-3" }, actor))!.rows;
    return row !== undefined && "cells" in row ? row.cells[1] : row;
  };
  expect(await second()).toEqual({ kind: "masked" });
  expect(await revealPersonal(records, vic, { bundleId: id, reason: "curious" })).toMatchObject({
    ok: false,
    findings: [{ code: "not-permitted" }],
  });
  expect(await revealPersonal(records, sam, { bundleId: id, reason: "  " })).toMatchObject({
    findings: [{ code: "reason-missing" }],
  });
  expect(await revealPersonal(records, sam, { bundleId: newId(), reason: "x" })).toMatchObject({
    findings: [{ code: "bundle-unknown" }],
  });
  expect(
    await records
      .select()
      .from(auditEntries)
      .then((all) => all.filter(({ action }) => action.startsWith("bundle."))),
  ).toEqual([]);
  expect(await revealPersonal(records, sam, { bundleId: id, reason: "case 17" })).toEqual({ ok: true });
  expect(await second()).toMatchObject({ kind: "text", text: expect.stringContaining("Rechnung 2") });
  expect(await second(vic)).toEqual({ kind: "masked" });
  expect(await revealedUntil(records, sam, other)).toBeNull();
  const entries = (await records.select().from(auditEntries)).filter(({ subjectId }) => subjectId === id);
  expect(entries).toMatchObject([
    { action: "bundle.personal-shown", actorId: sam.personId, data: { reason: "case 17", minutes: 15 } },
  ]);
  const until = (await revealedUntil(records, sam, id))!.getTime();
  expect(until - entries[0]!.at.getTime()).toBe(15 * 60_000);
  expect(await revealedUntil(records, { ...sam, permissions: vic.permissions }, id)).toBeNull();
});

it("says what stands against it where the file is gone, is another one, or is not ready", async () => {
  const id = await listed("gzip");
  const codes = async () => (await rowsOf(id, { table: "data-3" }))!.findings.map(({ code }) => code);
  expect(await codes()).toEqual([]);
  await rename(path, `${path}.away`);
  expect(await codes()).toEqual(["store-missing"]);
  const other = await readFile(`${path}.away`);
  await writeFile(path, createHash("sha512").update(other).digest());
  expect((await codes())[0]).toMatch(/^bundle-/);
  await records.update(bundles).set({ state: "missing" });
  expect(await codes()).toEqual(["bundle-not-ready"]);
});

it("is refused without the right to see", async () => {
  const id = await listed("gzip");
  await expect(rowsOf(id, {}, { ...vic, permissions: new Set() })).rejects.toThrow(Refused);
});
