import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Actor } from "../../access/actor.ts";
import { addTestActor } from "../../access/testing/people.ts";
import { folderStore } from "../../bundle/stores/folder.ts";
import { changed, lines } from "../../bundle/testing/broken-bundles.ts";
import { repack, unpack } from "../../bundle/testing/hand-packed.ts";
import { SAMPLE_MANIFEST, SAMPLE_PARTS, sampleLines } from "../../bundle/testing/sample-bundle.ts";
import { temporaryFolder, writeSample } from "../../bundle/testing/write-sample.ts";
import { openRecords, type Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { platforms } from "../../records/schema/platforms.ts";
import { signingKeys } from "../../records/schema/signing-keys.ts";
import { uploads } from "../../records/schema/uploads.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { receiveUpload, type UploadRequest } from "./receive.ts";
import { testSecrets, trustNewKey } from "./testing/keys.ts";

const secrets = testSecrets();

let records: Records;
let olga: Actor;
let sam: Actor;
let folder: string;
const HARBOR = newId();
const OTHER = newId();

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  olga = (await addTestActor(records, "olga", ["operator"])).actor;
  sam = (await addTestActor(records, "sam", ["support"])).actor;
  await records.insert(platforms).values([
    { id: HARBOR, name: "harbor", fileVersion: 1 },
    { id: OTHER, name: "quay", fileVersion: 1 },
    { id: newId(), name: "gone", fileVersion: 1, deregisteredAt: new Date() },
  ]);
}, 120_000);
afterAll(() => records.close());

beforeEach(async () => {
  folder = join(await temporaryFolder(), "bundles");
  await records.delete(uploads);
  await records.delete(bundles);
  await records.delete(signingKeys);
});

async function* inChunks(bytes: Buffer, size = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function send(
  given: Partial<UploadRequest> & { readonly bytes?: Buffer; readonly limit?: number } = {},
  actor = olga,
) {
  const { bytes = Buffer.alloc(0), limit = 2 ** 30, ...request } = given;
  const stores = { ids: ["folder"], get: () => folderStore(folder) };
  return receiveUpload({ records, stores, secrets, config: { uploadLimit: limit } }, actor, {
    platformId: HARBOR,
    fileName: "acme.tar.gz",
    content: inChunks(bytes),
    announcedBytes: null,
    stillAllowed: async () => true,
    ...request,
  });
}

const refused = async (...given: Parameters<typeof send>) => {
  const result = await send(...given);
  if (result.ok) throw new Error("it was not refused");
  return { status: result.status, codes: result.findings.map(({ code }) => code), id: result.uploadId };
};
const sample = async (...given: Parameters<typeof writeSample>) =>
  readFile((await writeSample(...given)).path);
const files = () => readdir(folder).catch(() => []);
const audited = async () =>
  (await records.select().from(auditEntries).orderBy(asc(auditEntries.at), asc(auditEntries.id)))
    .filter(({ action }) => action.startsWith("bundle."))
    .map(({ action, subjectType, subjectId, data }) => ({ action, subjectType, subjectId, data }));

it.each(["gzip", "zstd"] as const)(
  "takes a whole %s bundle in, with all that its file says",
  async (kind) => {
    const key = await trustNewKey(records);
    const bytes = await sample(kind, SAMPLE_PARTS, { signKey: key });
    const result = await send({ bytes, fileName: `acme.tar.${kind === "gzip" ? "gz" : "zst"}` });
    if (!result.ok) throw new Error(JSON.stringify(result));
    const [row] = await records.select().from(bundles);
    expect(row).toMatchObject({
      id: result.bundleId,
      platformId: HARBOR,
      state: "ready",
      origin: "upload",
      createdBy: olga.personId,
      tenantKey: "17",
      tenantSlug: "acme",
      rows: 254,
      bytes: bytes.length,
      signature: { state: "trusted" },
      manifest: SAMPLE_MANIFEST,
    });
    expect(await files()).toEqual([row!.name]);
    expect((await readFile(join(folder, row!.name))).equals(bytes)).toBe(true);
    expect(await records.select().from(uploads)).toMatchObject([
      { state: "taken_in", bundleId: row!.id, bytes: bytes.length, personId: olga.personId },
    ]);
    const { bundleId } = result;
    expect((await audited()).slice(-3)).toMatchObject([
      { action: "bundle.upload-begun", subjectType: "upload", subjectId: bundleId },
      { action: "bundle.upload-taken-in", subjectType: "upload", data: { bundleId } },
      {
        action: "bundle.uploaded",
        subjectType: "bundle",
        subjectId: bundleId,
        data: { signature: "trusted" },
      },
    ]);
  },
);

it("marks one that nobody has signed, and one that is signed by a stranger", async () => {
  expect((await send({ bytes: await sample("gzip") })).ok).toBe(true);
  const stranger = await trustNewKey(records);
  await records.delete(signingKeys);
  expect((await send({ bytes: await sample("gzip", SAMPLE_PARTS, { signKey: stranger }) })).ok).toBe(true);
  const rows = await records.select().from(bundles).orderBy(asc(bundles.createdAt));
  expect(rows.map(({ signature }) => (signature as { state: string }).state)).toEqual([
    "unsigned",
    "untrusted",
  ]);
});

it("refuses each hostile or broken file with its finding, keeps nothing of it, and records why", async () => {
  const whole = await sample("gzip");
  const flipped = Buffer.from(whole);
  flipped[whole.length - 100]! ^= 1;
  const cases: readonly (readonly [string, Buffer])[] = [
    ["bundle-unknown-format", Buffer.from("PK\x03\x04 this is a zip, and a long one".repeat(100))],
    ["bundle-truncated", whole.subarray(0, whole.length - 40)],
    ["bundle-trailing-data", Buffer.concat([whole, Buffer.from("more than there should be")])],
    ["bundle-corrupt", flipped],
    [
      "bundle-member-altered",
      await readFile(
        await changed((members) => {
          members.at(-1)!.content = lines('{"id":1,"note":"x"}');
          return undefined;
        }, "kept"),
      ),
    ],
  ];
  for (const [code, bytes] of cases) {
    const answer = await refused({ bytes });
    expect(answer, code).toMatchObject({ status: 422, codes: expect.arrayContaining([code]) });
    const [row] = await records.select().from(uploads).where(eq(uploads.id, answer.id!));
    expect(row).toMatchObject({ state: "refused", bundleId: null, endedAt: expect.any(Date) });
    expect(await files()).toEqual([]);
    expect((await audited()).at(-1)).toMatchObject({
      action: "bundle.upload-refused",
      data: { codes: answer.codes },
    });
  }
  expect(await records.select().from(bundles)).toEqual([]);
});

it("refuses a signature that is false, although the file is whole", async () => {
  const signKey = await trustNewKey(records);
  const members = await unpack((await writeSample("gzip", SAMPLE_PARTS, { signKey })).path);
  const envelope = JSON.parse(String(members.at(-1)!.content)) as { signatures: { sig: string }[] };
  envelope.signatures[0]!.sig = Buffer.alloc(64, 7).toString("base64");
  members.at(-1)!.content = Buffer.from(JSON.stringify(envelope));
  const bytes = await readFile(await repack(members));
  expect(await refused({ bytes })).toMatchObject({ status: 422, codes: ["bundle-signature-invalid"] });
  expect(await files()).toEqual([]);
});

it("stops reading what is no bundle at its first bytes", async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      read += 1;
      yield Buffer.alloc(65_536, "x");
    }
  }
  expect((await refused({ content: endless() })).codes).toEqual(["bundle-unknown-format"]);
  expect(read).toBeLessThan(4);
});

it("refuses who may not import, before anything is read or recorded", async () => {
  const bytes = await sample("gzip");
  const content = inChunks(bytes);
  expect(await refused({ content }, sam)).toMatchObject({ status: 403, codes: ["not-permitted"], id: null });
  expect((await content.next()).value).toHaveLength(700);
  expect(await records.select().from(uploads)).toEqual([]);
});

it("refuses a platform that is not registered, and a bundle of another one", async () => {
  const bytes = await sample("gzip");
  for (const platformId of [newId(), "harbor"])
    expect(await refused({ bytes, platformId })).toMatchObject({ status: 404, codes: ["platform-unknown"] });
  expect(await refused({ bytes, platformId: OTHER })).toMatchObject({
    status: 422,
    codes: ["bundle-of-another-platform"],
  });
  expect(await files()).toEqual([]);
});

it("refuses what is too large, by what is announced and by what comes", async () => {
  const bytes = await sample("gzip", [
    ...SAMPLE_PARTS,
    { section: "data", ordinal: 3, lines: sampleLines(9000) },
  ]);
  const small = 2 ** 10;
  expect(await refused({ bytes, limit: small, announcedBytes: 2 ** 20 })).toMatchObject({
    status: 413,
    codes: ["upload-too-large"],
    id: null,
  });
  const late = await refused({ bytes, limit: small });
  expect(late).toMatchObject({ status: 413, codes: ["upload-too-large"], id: expect.any(String) });
  expect(await files()).toEqual([]);
});

it("refuses a file that it has, also when two send it at once", async () => {
  const bytes = await sample("gzip");
  const both = await Promise.all([send({ bytes }), send({ bytes })]);
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await refused({ bytes })).toMatchObject({ status: 409, codes: ["bundle-known"] });
  expect(await files()).toHaveLength(1);
  expect(await records.select().from(bundles)).toHaveLength(1);
  await records.update(bundles).set({ state: "expired" });
  expect((await send({ bytes })).ok).toBe(true);
});

it("keeps nothing of an upload whose sender goes away", async () => {
  const bytes = await sample("gzip");
  async function* goesAway(): AsyncGenerator<Buffer> {
    yield* inChunks(bytes.subarray(0, 1500));
    throw new Error("aborted");
  }
  expect(await refused({ content: goesAway() })).toMatchObject({ status: 499, codes: ["upload-broke-off"] });
  expect(await files()).toEqual([]);
  expect(await records.select().from(uploads)).toMatchObject([{ state: "aborted", bytes: 1500 }]);
  expect((await audited()).at(-1)).toMatchObject({ action: "bundle.upload-aborted" });
});

it("stops with whoever may not upload any more, or was given up for lost", async () => {
  const bytes = await sample("gzip");
  const revoked = await refused({ bytes, lookEvery: 0, stillAllowed: async () => false });
  expect(revoked).toMatchObject({ status: 499, codes: ["upload-not-allowed"] });
  async function* whileEnded(): AsyncGenerator<Buffer> {
    yield bytes.subarray(0, 800);
    await records.update(uploads).set({ state: "aborted" }).where(eq(uploads.state, "receiving"));
    yield bytes.subarray(800);
  }
  expect((await refused({ content: whileEnded(), lookEvery: 0 })).codes).toEqual(["upload-broke-off"]);
  expect(await files()).toEqual([]);
  expect(await records.select().from(bundles)).toEqual([]);
});

it("asks for a file where the form had none", async () => {
  expect(await refused({ bytes: Buffer.alloc(0) })).toMatchObject({
    status: 400,
    codes: ["upload-without-file"],
  });
});
