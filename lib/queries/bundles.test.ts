import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLE_MANIFEST } from "../bundle/testing/sample-bundle.ts";
import { earlierFingerprints, ledgerFingerprint } from "../ledger/fingerprint.ts";
import { recordAudit } from "../records/audit.ts";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { bundles, downloads } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { signingKeys } from "../records/schema/signing-keys.ts";
import { addTestOperation } from "../records/testing/rows.ts";
import { createTestDatabase } from "../testing/database.ts";
import { readBundle } from "./bundle.ts";
import { readBundleList } from "./bundle-list.ts";
import { bundleRowsQuery, listBundles } from "./bundles.ts";
import { Refused } from "./refused.ts";
import type { SearchParams } from "./tenant-list.ts";
import { daysAgo, fillRecords, type LivedIn } from "./testing/lived-in.ts";
import { explain } from "./testing/plans.ts";

const ACME = newId();
const APPLIED = ["1", "2", "3"].map((version) => ({ version, checksum: "" }));
const EQUAL = ledgerFingerprint(APPLIED);
const MANIFEST = {
  ...SAMPLE_MANIFEST,
  schema: { ...SAMPLE_MANIFEST.schema, applied: APPLIED, fingerprint: EQUAL },
};

let records: Records;
let here: LivedIn;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  here = await fillRecords(records, { tenants: 20 });
  const ledger = { tool: "sqlx", version: "2024", applied: 3 };
  const behind = APPLIED.slice(0, -1);
  for (const [id, known] of [
    [here.eu, { fingerprint: EQUAL }],
    [here.us, { fingerprint: ledgerFingerprint(behind), earlier: earlierFingerprints(behind) }],
  ] as const) {
    const health = { ledger: { ...ledger, ...known } };
    await records.update(databases).set({ health }).where(eq(databases.id, id));
  }
  const key = { keyId: "k", publicKey: "pem", label: "the old one" };
  await records.insert(signingKeys).values(key);
  const made = { platformId: here.platformId, store: "folder", createdBy: here.ada.personId } as const;
  await records.insert(bundles).values([
    {
      ...made,
      id: ACME,
      name: "acme.tar.zst",
      state: "ready",
      origin: "export",
      tenantKey: "17",
      tenantSlug: "acme",
      fingerprint: EQUAL,
      rows: 254,
      bytes: 7_000_000_000,
      signature: { state: "trusted", keyId: "k", sig: "c2ln" },
      manifest: MANIFEST,
      createdAt: daysAgo(1),
      verifiedAt: daysAgo(1),
    },
    {
      id: newId(),
      store: "folder",
      name: "stray_1.tar.gz",
      state: "refused",
      origin: "upload",
      bytes: 1000,
      findings: [{ code: "bundle-file-unknown", severity: "warns", where: "x", what: "x" }],
      createdAt: daysAgo(9),
    },
    ...Array.from({ length: 60 }, (_, n) => ({
      ...made,
      id: newId(),
      name: `more-${n}.tar.zst`,
      state: "expired" as const,
      origin: "export" as const,
      tenantSlug: `more-${n}`,
      rows: n < 30 ? null : n,
      createdAt: daysAgo(3),
    })),
  ]);
}, 120_000);
afterAll(() => records.close());

const list = (search: SearchParams = {}) => listBundles({ records }, here.vic, readBundleList(search));

describe("the list of bundles", () => {
  it("shows the latest first, with totals, and how its schema stands to each database", async () => {
    const view = await list();
    expect(view).toMatchObject({ total: 62, everything: 62, page: 1, totalBytes: 7_000_001_000 });
    expect(view.platforms).toEqual(["harbor"]);
    expect(view.rows).toHaveLength(50);
    expect(view.rows[0]).toMatchObject({
      id: ACME,
      platform: "harbor",
      signature: "trusted",
      createdBy: here.ada.name,
      fits: [
        { name: "eu-1", fit: "equal", version: "2024" },
        { name: "us-1", fit: "newer", apart: 1 },
      ],
    });
  });

  it("shows each bundle once, whatever it is sorted by, and the last page where one past it is asked for", async () => {
    for (const sort of ["made", "-made", "rows", "-rows", "-bytes", "expires"]) {
      const pages = await Promise.all(["1", "2"].map((page) => list({ sort, page })));
      const ids = pages.flatMap(({ rows }) => rows.map(({ id }) => id));
      expect(new Set(ids).size, sort).toBe(62);
    }
    expect((await list({ page: "99" })).page).toBe(2);
    expect((await list({ sort: "-rows" })).rows[0]?.rows).toBe(254);
  });

  it("filters by state, origin, platform and text, and takes what is typed literally", async () => {
    expect((await list({ state: "ready" })).rows.map(({ id }) => id)).toEqual([ACME]);
    expect((await list({ origin: "upload" })).rows).toMatchObject([{ name: "stray_1.tar.gz", fits: [] }]);
    const unknown = await list({ files: "unknown" });
    expect(unknown.rows.map(({ name }) => name)).toEqual(["stray_1.tar.gz"]);
    expect(unknown.files.unknown).toEqual({ count: 1, bytes: 1000 });
    expect((await list({ platform: "harbor" })).total).toBe(61);
    expect((await list({ platform: "pier" })).total).toBe(0);
    expect((await list({ q: "ACME" })).total).toBe(1);
    expect((await list({ q: "17" })).rows.map(({ id }) => id)).toContain(ACME);
    expect((await list({ q: "_" })).total).toBe(1);
    expect((await list({ q: "%" })).total).toBe(0);
  });

  it("reads an index for the page as it is opened", async () => {
    await records.pool.query(
      `INSERT INTO bundles (id, store, name, state, origin, created_at)
       SELECT gen_random_uuid(), 'other', 'f' || n, 'expired', 'export', now() - n * interval '1 minute'
       FROM generate_series(1, 5000) AS n`,
    );
    await records.pool.query("VACUUM ANALYZE bundles");
    const facts = await explain(records, bundleRowsQuery({ records }, readBundleList({}), undefined, 0));
    await records.pool.query("DELETE FROM bundles WHERE store = 'other'");
    expect(facts.indexes).toContain("bundles_by_time");
    expect(facts.scanned).not.toContain("bundles");
  });

  it("is refused without the permission to see", async () => {
    await expect(listBundles({ records }, here.nobody, readBundleList({}))).rejects.toThrow(Refused);
  });
});

describe("a bundle", () => {
  it("tells what is in it, what read it, who fetched it and what happened to it", async () => {
    const place = { platformId: here.platformId, databaseId: here.us };
    await addTestOperation(records, place, here.ada.personId, { state: "failed", input: { bundleId: ACME } });
    await records.insert(downloads).values({
      id: newId(),
      bundleId: ACME,
      personId: here.vic.personId,
      state: "aborted",
      rangeStart: 10,
      rangeEnd: 6_999_999_999,
      bytesSent: 99,
      beganAt: new Date(),
    });
    const about = { actor: here.vic, subject: { type: "bundle", id: ACME } };
    await recordAudit(records, { ...about, action: "bundle.download-begun" });
    await recordAudit(records, { ...about, action: "bundle.file-back" });

    const view = await readBundle({ records }, here.vic, ACME);
    expect(view).toMatchObject({
      tenantName: "Acme & Söhne",
      domains: ["acme.example"],
      signature: { state: "trusted" },
      sealedAt: null,
      imports: { total: 1, entries: [{ kind: "import", state: "failed", database: "us-1" }] },
      downloads: { total: 1, entries: [{ state: "aborted", partial: true, bytesSent: 99 }] },
      history: [{ action: "bundle.file-back" }],
    });
    expect(view?.tables.map(({ table, section }) => `${section} ${table}`)).toEqual([
      "data public.invoices",
      "data public.organizations",
      "data public.projects",
      "reference public.users",
    ]);
    expect(JSON.parse(view?.manifest ?? "")).toEqual(MANIFEST);
  });

  it("says what its signature is worth now, beside what it was when it came", async () => {
    const told = async () => {
      const signature = (await readBundle({ records }, here.vic, ACME))!.signature!;
      return [signature.now, signature.arrived, (await list({ state: "ready" })).rows[0]?.signature];
    };
    expect(await told()).toEqual(["trusted", "trusted", "trusted"]);
    const distrusted = { trusted: false, distrustedAt: new Date(), distrustedBy: here.ada.personId };
    await records.update(signingKeys).set({ ...distrusted, distrustReason: "It was stolen." });
    expect(await told()).toEqual(["distrusted", "trusted", "distrusted"]);
    expect((await readBundle({ records }, here.vic, ACME))?.signature).toMatchObject({
      state: "trusted",
      sig: "c2ln",
      keyLabel: "the old one",
      distrusted: { by: here.ada.name, reason: "It was stolen." },
    });
    const [again, before] = [
      { state: "untrusted", keyId: "k" },
      { state: "trusted", keyId: "k" },
    ];
    const isIt = eq(bundles.id, ACME);
    await records.update(bundles).set({ signature: again, arrivedSignature: before }).where(isIt);
    expect(await told()).toEqual(["distrusted", "trusted", "distrusted"]);
    await records.update(signingKeys).set({ trusted: true });
    expect(await told()).toEqual(["unproved", "trusted", "unproved"]);
    await records.delete(signingKeys);
    expect(await told()).toEqual(["untrusted", "trusted", "untrusted"]);
  });

  it("is shown as far as it is known where it has no manifest", async () => {
    const [stray] = (await list({ origin: "upload" })).rows;
    expect(await readBundle({ records }, here.vic, stray!.id)).toMatchObject({
      platform: null,
      tables: [],
      manifest: null,
      fits: [],
      imports: { total: 0 },
    });
  });

  it("is not there by another id, and refused without the permission to see", async () => {
    expect(await readBundle({ records }, here.vic, newId())).toBeNull();
    expect(await readBundle({ records }, here.vic, "' OR 1=1")).toBeNull();
    await expect(readBundle({ records }, here.nobody, ACME)).rejects.toThrow(Refused);
  });
});
