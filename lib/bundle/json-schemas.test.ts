import { readFile } from "node:fs/promises";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { BUNDLE_DOCUMENTS, type BundleDocument, jsonSchemaOf, schemaFileName } from "./json-schemas.ts";
import { manifestSchema, sealSchema } from "./manifest.ts";
import { SAMPLE_MANIFEST } from "./testing/sample-bundle.ts";
import { readAsStranger } from "./testing/strangers-reader.ts";
import { writeSample } from "./testing/write-sample.ts";

/** A document that is about to be broken. */
// biome-ignore lint/suspicious/noExplicitAny: it is changed into what its type forbids
type Loose = Record<string, any>;

const STORED = new URL("../rows/testing/format-1/", import.meta.url);

async function stored(document: BundleDocument): Promise<object> {
  const path = new URL(`../../docs/schemas/${schemaFileName(document)}`, import.meta.url);
  return JSON.parse(await readFile(path, "utf8")) as object;
}

/** By a validator that knows nothing of the types here; times are told by their pattern. */
async function validator(document: BundleDocument): Promise<ValidateFunction> {
  return new Ajv2020({ strictTuples: false, formats: { "date-time": true } }).compile(await stored(document));
}

test.each(BUNDLE_DOCUMENTS)(
  "the published schema of the %s is that of the code; where the code must differ it is another version",
  async (document) => {
    expect(await stored(document)).toEqual(jsonSchemaOf(document));
  },
);

test("real bundles, and those that were stored when the version was frozen, fit the published schemas", async () => {
  const [manifest, payload] = [await validator("manifest"), await validator("seal-payload")];
  const paths = [
    (await writeSample("gzip")).path,
    (await writeSample("zstd")).path,
    new URL("acme.tar.gz", STORED),
    new URL("acme.tar.zst", STORED),
  ];
  for (const path of paths) {
    const bundle = readAsStranger(await readFile(path));
    expect([manifest(bundle.manifest), manifest.errors]).toEqual([true, null]);
    expect([payload(bundle.seal), payload.errors]).toEqual([true, null]);
  }
});

test("what the code refuses of a manifest's shape the schema refuses too", async () => {
  const fits = await validator("manifest");
  const changes: ((manifest: Loose) => void)[] = [
    (manifest) => Object.assign(manifest, { format: 2 }),
    (manifest) => Object.assign(manifest, { extra: 1 }),
    (manifest) => delete manifest.reference,
    (manifest) => Object.assign(manifest, { tables: [] }),
    (manifest) => Object.assign(manifest.tenant, { key: "" }),
    (manifest) => Object.assign(manifest.tables[0], { ordinal: 0 }),
    (manifest) => Object.assign(manifest.tables[0], { shape: "5".repeat(63) }),
    (manifest) => Object.assign(manifest.tables[0].columns[0], { encoding: "json" }),
    (manifest) => delete manifest.tables[0].columns[0].droppedPaths,
    (manifest) => Object.assign(manifest.tables[0].dropped[0], { reason: "because" }),
    (manifest) => Object.assign(manifest.source, { takenAt: "yesterday" }),
    (manifest) => Object.assign(manifest.source, { takenAt: "2025-02-30T00:00:00Z" }),
  ];
  expect(fits(structuredClone(SAMPLE_MANIFEST))).toBe(true);
  for (const change of changes) {
    const changed = structuredClone(SAMPLE_MANIFEST) as Loose;
    change(changed);
    expect([manifestSchema.safeParse(changed).success, fits(changed)], String(change)).toEqual([
      false,
      false,
    ]);
  }
});

test("what the code refuses of a seal's shape the schema refuses too", async () => {
  const fits = await validator("seal-payload");
  const { seal } = await writeSample("gzip");
  const changes: ((seal: Loose) => void)[] = [
    (seal) => Object.assign(seal, { format: 2 }),
    (seal) => Object.assign(seal, { members: [] }),
    (seal) => Object.assign(seal.members[0], { rows: -1 }),
    (seal) => Object.assign(seal.members[0], { rows: 0.5 }),
    (seal) => Object.assign(seal.members[0], { sha256: "A".repeat(64) }),
    (seal) => Object.assign(seal.tables[0], { sums: ["1"] }),
    (seal) => Object.assign(seal.tables[0], { sums: ["1", "-1"] }),
    (seal) => Object.assign(seal.tables[0], { sums: ["1", "1", "1"] }),
    (seal) => Object.assign(seal.tables[0], { section: "else" }),
    (seal) => delete seal.totals.bytes,
  ];
  for (const change of changes) {
    const changed = structuredClone(seal) as Loose;
    change(changed);
    expect([sealSchema.safeParse(changed).success, fits(changed)], String(change)).toEqual([false, false]);
  }
});

test("an envelope fits, and one of more signatures than it may have does not", async () => {
  const fits = await validator("seal");
  const signature = { keyid: "5".repeat(64), sig: "s".repeat(88) };
  const envelope = (signatures: object[], payloadType = "application/vnd.tenantry.seal+json") => ({
    payload: "e30=",
    payloadType,
    signatures,
  });
  expect(fits(envelope([]))).toBe(true);
  expect(fits(envelope([signature]))).toBe(true);
  expect(fits(envelope(Array(17).fill(signature)))).toBe(false);
  expect(fits(envelope([{ ...signature, sig: "short" }]))).toBe(false);
  expect(fits(envelope([], "application/json"))).toBe(false);
});
