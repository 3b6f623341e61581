import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { newId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { platforms } from "../records/schema/platforms.ts";
import { tenants } from "../records/schema/tenants.ts";
import { addTestOperation } from "../records/testing/rows.ts";
import { createTestDatabase } from "../testing/database.ts";
import { Refused } from "./refused.ts";
import { readTenant } from "./tenant.ts";
import { daysAgo, fillRecords, type LivedIn } from "./testing/lived-in.ts";

let records: Records;
let here: LivedIn;
let running: string;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  here = await fillRecords(records, { tenants: 20 });
  const place = { platformId: here.platformId, databaseId: here.eu };
  const acme = { claim: "key:100001", tenantKey: "100001" };
  for (let day = 1; day <= 25; day++) {
    await addTestOperation(records, place, here.ada.personId, {
      kind: "export",
      state: "succeeded",
      createdAt: daysAgo(day),
      ...acme,
    });
  }
  running = await addTestOperation(records, place, here.ben.personId, {
    kind: "suspend",
    state: "running",
    ...acme,
  });
  await records.insert(bundles).values({
    id: newId(),
    platformId: here.platformId,
    store: "folder",
    name: "one",
    state: "ready",
    origin: "export",
    tenantKey: "100001",
  });
  // The same key in the other database, where it was before: the census does not see it there any more.
  await records.insert(tenants).values({
    id: newId(),
    platformId: here.platformId,
    databaseId: here.us,
    key: "100001",
    state: "deleted",
    goneAt: daysAgo(3),
  });
});
afterAll(() => records.close());

const read = (key: string, database?: string) =>
  readTenant({ records }, here.vic, {
    platform: "harbor",
    key,
    ...(database === undefined ? {} : { database }),
  });

describe("a tenant", () => {
  it("is shown with its life, the latest first, and how much of it there is", async () => {
    const tenant = await read("100001");
    expect(tenant).toMatchObject({
      slug: "tenant-00001",
      state: "active",
      operationsTotal: 26,
      bundlesTotal: 1,
    });
    expect(tenant?.operations).toHaveLength(20);
    expect(tenant?.operations[0]).toMatchObject({ id: running, requestedBy: "ben" });
    const times = tenant?.operations.map((operation) => operation.createdAt.getTime()) ?? [];
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it("names the operation that has it now", async () => {
    expect((await read("100001"))?.active).toMatchObject({ id: running, kind: "suspend", state: "running" });
    expect((await read("100003"))?.active).toBeNull();
  });

  it("lists its tables by size, and none before the first census", async () => {
    expect((await read("100001"))?.tables.map((table) => table.table)).toEqual([
      "public.messages",
      "public.invoices",
      "public.organizations",
    ]);
    expect(await read("100013")).toMatchObject({ tables: [], rows: null, sizedAt: null });
  });

  it("is the one that the census sees, where two databases have its key, and says where else it is", async () => {
    expect(await read("100001")).toMatchObject({
      database: { name: "eu-1" },
      goneAt: null,
      elsewhere: ["us-1"],
    });
    expect(await read("100001", "us-1")).toMatchObject({ database: { name: "us-1" }, elsewhere: ["eu-1"] });
    expect((await read("100001", "us-1"))?.goneAt).not.toBeNull();
  });

  it("is not there under another key, database or platform, nor after its platform was deregistered", async () => {
    expect(await read("999")).toBeNull();
    expect(await read("100001", "nowhere")).toBeNull();
    expect(await readTenant({ records }, here.vic, { platform: "pier", key: "100001" })).toBeNull();
    await records.update(platforms).set({ deregisteredAt: new Date() });
    expect(await read("100001")).toBeNull();
    await records.update(platforms).set({ deregisteredAt: null });
  });

  it("is refused without the permission to see", async () => {
    await expect(readTenant({ records }, here.nobody, { platform: "harbor", key: "100001" })).rejects.toThrow(
      Refused,
    );
  });
});
