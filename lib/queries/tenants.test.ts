import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { addTestOperation } from "../records/testing/rows.ts";
import { createTestDatabase } from "../testing/database.ts";
import { listDatabases } from "./platform.ts";
import { Refused } from "./refused.ts";
import { readTenantList, type SearchParams } from "./tenant-list.ts";
import { listTenants, tenantConditions, tenantRowsQuery } from "./tenants.ts";
import { daysAgo, fillRecords, type LivedIn } from "./testing/lived-in.ts";
import { explain } from "./testing/plans.ts";

let records: Records;
let here: LivedIn;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  here = await fillRecords(records, { tenants: 10_000 });
  const place = { platformId: here.platformId, databaseId: here.eu };
  const acme = { claim: "key:100001", tenantKey: "100001" };
  await addTestOperation(records, place, here.ada.personId, { kind: "export", state: "succeeded", ...acme });
  await addTestOperation(records, place, here.ada.personId, { kind: "suspend", state: "in_review", ...acme });
  const bundle = {
    platformId: here.platformId,
    store: "folder",
    origin: "export",
    tenantKey: "100001",
  } as const;
  const verified = { state: "ready", createdAt: daysAgo(2), verifiedAt: daysAgo(2) } as const;
  await records.insert(bundles).values([
    { ...bundle, ...verified, id: newId(), name: "old", createdAt: daysAgo(9) },
    { ...bundle, ...verified, id: newId(), name: "good" },
    { ...bundle, id: newId(), name: "unverified", state: "ready", createdAt: daysAgo(1) },
    { ...bundle, ...verified, id: newId(), name: "lost", state: "missing", createdAt: daysAgo(1) },
  ]);
}, 120_000);
afterAll(() => records.close());

const list = async (search: SearchParams = {}) => {
  const view = await listTenants({ records }, here.vic, "harbor", readTenantList(search));
  if (view === null) throw new Error("harbor is not there");
  return view;
};
const slugs = (view: Awaited<ReturnType<typeof list>>) => view.rows.map((row) => row.slug);

describe("the list of tenants", () => {
  it("shows a page by slug, says the total, and leaves out those that are gone", async () => {
    const view = await list();
    expect(slugs(view).slice(0, 2)).toEqual(["tenant-00001", "tenant-00002"]);
    expect(view).toMatchObject({ total: 9_900, everything: 9_900, page: 1 });
    expect(view.rows).toHaveLength(50);
    expect(view.databases.map((database) => database.name)).toEqual(["eu-1", "us-1"]);
  });

  it("shows each tenant once, whatever it is sorted by, and the last page where one past it is asked for", async () => {
    const last = await list({ page: "9999" });
    expect(last.page).toBe(198);
    expect(slugs(last)).toHaveLength(50);
    for (const sort of ["slug", "-name", "bytes", "-bytes"]) {
      const pages = await Promise.all(
        [1, 2, 3].map((page) => list({ sort, page: String(page), state: "suspended" })),
      );
      const ids = pages.flatMap((page) => page.rows.map((row) => row.id));
      expect(new Set(ids).size, sort).toBe(150);
    }
  });

  it("sorts the largest first and those not measured last, and the other way round", async () => {
    const descending = (await list({ sort: "-bytes" })).rows.map((row) => row.bytes);
    expect(descending).toEqual(descending.toSorted((a, b) => (b as number) - (a as number)));
    expect((await list({ sort: "bytes" })).rows.every((row) => row.bytes === null)).toBe(true);
  });

  it("finds by slug, name, domain and key, and takes what is typed literally", async () => {
    expect(slugs(await list({ q: "TENANT-00042" }))).toEqual(["tenant-00042"]);
    expect(slugs(await list({ q: "No. 4242" }))).toEqual(["tenant-04242"]);
    expect(slugs(await list({ q: "t4243.example" }))).toEqual(["tenant-04243"]);
    expect(slugs(await list({ q: "104244" }))).toEqual(["tenant-04244"]);
    for (const q of ["%", "tenant_00042", "\\", "'; DELETE FROM tenants; --"])
      expect((await list({ q })).total, q).toBe(0);
  });

  it("filters by state, database and size, together", async () => {
    const view = await list({ state: "suspended", database: "us-1", size: "100m-1g" });
    expect(view.total).toBeGreaterThan(100);
    for (const row of view.rows) {
      expect(row).toMatchObject({ state: "suspended", database: "us-1" });
      expect(row.bytes).toBeGreaterThanOrEqual(100 * 1024 ** 2);
      expect(row.bytes).toBeLessThan(1024 ** 3);
    }
    expect((await list({ size: "unknown" })).rows.every((row) => row.bytes === null)).toBe(true);
    expect(await list({ state: "gone" })).toMatchObject({ total: 100, everything: 9_900 });
    expect((await list({ database: "nowhere" })).total).toBe(0);
  });

  it("shows beside each tenant its latest verified bundle and what is under way", async () => {
    const [first, second] = (await list()).rows;
    const [good] = await records.select().from(bundles).where(eq(bundles.name, "good"));
    expect(first?.backup?.id).toBe(good?.id);
    expect(first?.operation).toMatchObject({ kind: "suspend", state: "in_review" });
    expect(second).toMatchObject({ backup: null, operation: null });
  });

  it("is refused without the permission to see, and is not there for an unknown platform", async () => {
    const query = readTenantList({});
    await expect(listTenants({ records }, here.nobody, "harbor", query)).rejects.toThrow(Refused);
    expect(await listTenants({ records }, here.vic, "pier", query)).toBeNull();
  });
});

describe("the list of tenants, vacuumed,", () => {
  beforeAll(() => records.pool.query("VACUUM tenants"));

  it.each([
    ["as it is opened", {}, "tenants_by_platform"],
    ["backwards", { sort: "-slug" }, "tenants_by_platform"],
    ["by name", { sort: "name" }, "tenants_by_name"],
    ["by name backwards", { sort: "-name" }, "tenants_by_name"],
    ["by size", { sort: "-bytes" }, "tenants_by_bytes"],
    ["by size from the smallest", { sort: "bytes" }, "tenants_by_bytes"],
    ["of one state", { state: "suspended" }, /^tenants_/],
    ["of one database", { database: "eu-1" }, /^tenants_/],
  ])("reads an index for the list %s", async (_, search, index) => {
    const query = readTenantList(search as SearchParams);
    const known = await listDatabases({ records }, here.platformId);
    const where = tenantConditions(here.platformId, known, query);
    const facts = await explain(records, tenantRowsQuery({ records }, query, where, 0));
    expect(facts.indexes).toContainEqual(expect.stringMatching(index));
    expect(facts.scanned).not.toContain("tenants");
  });
});
