import { rename, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { addTestActor } from "../../access/testing/people.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { SAMPLE_PARTS } from "../../bundle/testing/sample-bundle.ts";
import { temporarySource, writeSample } from "../../bundle/testing/write-sample.ts";
import { verifyBundle } from "../../bundle/verify.ts";
import { openRecords, type Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundlePieces, bundles } from "../../records/schema/bundles.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { trustNewKey } from "../uploads/testing/keys.ts";
import { provedBundle } from "./facts.ts";
import { askVerification, verifyWanted } from "./verification.ts";

let records: Records;
let sam: Actor;
let vic: Actor;
let id: string;
let path: string;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  sam = (await addTestActor(records, "sam", ["support"])).actor;
  vic = (await addTestActor(records, "vic", ["viewer"])).actor;
}, 120_000);
afterAll(() => records.close());

beforeEach(async () => {
  await records.delete(bundles);
  const signKey = await trustNewKey(records);
  ({ path } = await writeSample("gzip", SAMPLE_PARTS, { signKey }));
  const source = await temporarySource(path);
  id = newId();
  const facts = provedBundle(await verifyBundle(source), source.size);
  await records
    .insert(bundles)
    .values({ id, store: "folder", name: source.name, state: "ready", origin: "upload", ...facts });
});

const row = async () => (await records.select().from(bundles).where(eq(bundles.id, id)))[0]!;
const ask = (actor = sam, bundleId = id) => askVerification(records, actor, { bundleId });
const round = () => {
  const stores = { ids: ["folder"], get: () => folderStore(dirname(path)) };
  return verifyWanted({ records, stores }, new AbortController().signal);
};
const trail = async () =>
  (
    await records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, id))
      .orderBy(asc(auditEntries.at))
  ).map(({ action, actorName }) => [action, actorName]);

it("is done by a worker once, however often it was asked for, and says what it found now", async () => {
  expect((await row()).signature).toMatchObject({ state: "untrusted" });
  expect([await ask(), await ask()]).toEqual([{ ok: true }, { ok: true }]);
  expect((await row()).verifyWantedAt).not.toBeNull();
  expect([await round(), await round()]).toEqual([1, 0]);
  expect(await row()).toMatchObject({
    state: "ready",
    verifyWantedAt: null,
    // Its key is trusted by now.
    signature: { state: "trusted" },
    verifiedAt: expect.any(Date),
    rows: 254,
  });
  expect(await records.select().from(bundlePieces).where(eq(bundlePieces.bundleId, id))).toHaveLength(1);
  expect(await trail()).toEqual([
    ["bundle.verification-asked", "sam"],
    ["bundle.verified", "worker"],
  ]);
});

it.each<[string, "refused" | "missing", string, () => Promise<void>]>([
  ["was cut", "refused", "bundle-truncated", () => truncate(path, 300)],
  ["is gone", "missing", "store-missing", () => rename(path, `${path}.away`)],
  [
    "is no bundle any more",
    "refused",
    "bundle-unknown-format",
    () => writeFile(path, "overwritten with something else"),
  ],
  [
    "is another whole bundle",
    "refused",
    "bundle-file-changed",
    async () => rename((await writeSample("gzip")).path, path),
  ],
])("takes a bundle out of use whose file %s, and says what to do", async (_what, state, code, damage) => {
  await damage();
  await ask();
  await round();
  expect(await row()).toMatchObject({
    state,
    findings: [{ code, todo: expect.any(String) }],
    verifyWantedAt: null,
  });
  expect((await trail()).at(-1)).toEqual(["bundle.verification-failed", "worker"]);
});

it("takes one into use again whose recorded file is back", async () => {
  await rename(path, `${path}.away`);
  await ask();
  await round();
  await rename(`${path}.away`, path);
  expect(await ask()).toEqual({ ok: true });
  await round();
  expect(await row()).toMatchObject({ state: "ready", findings: [] });
});

it("is refused to who may not fetch it, of what is not there, and of what has no file", async () => {
  const codes = async (asked: ReturnType<typeof ask>) => {
    const answer = await asked;
    return answer.ok ? [] : answer.findings.map(({ code }) => code);
  };
  expect(await codes(ask(vic))).toEqual(["not-permitted"]);
  expect(await codes(ask(sam, newId()))).toEqual(["bundle-unknown"]);
  for (const state of ["expired", "writing"] as const) {
    await records.update(bundles).set({ state });
    expect(await codes(ask())).toEqual([`bundle-${state}`]);
  }
  expect(await trail()).toEqual([]);
});
