import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { addTestOperation } from "../records/testing/rows.ts";
import { createTestDatabase } from "../testing/database.ts";
import { idRange, readPalette } from "./palette.ts";
import { Refused } from "./refused.ts";
import { fillRecords, type LivedIn } from "./testing/lived-in.ts";

let records: Records;
let here: LivedIn;
let operation: string;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  here = await fillRecords(records, { tenants: 200 });
  operation = await addTestOperation(
    records,
    { platformId: here.platformId, databaseId: here.eu },
    here.ada.personId,
    {
      tenantKey: "100001",
      tenantSlug: "tenant-00001",
    },
  );
});
afterAll(() => records.close());

const find = (text: string) => readPalette({ records }, here.vic, text);

describe("the palette", () => {
  it("finds a tenant by slug, name or key, what is called so first, and not one that is gone", async () => {
    expect((await find("tenant-00001")).tenants[0]).toMatchObject({
      key: "100001",
      platform: "harbor",
      database: "eu-1",
    });
    expect((await find("No. 17")).tenants.map((tenant) => tenant.slug)).toContain("tenant-00017");
    expect((await find("100042")).tenants.map((tenant) => tenant.slug)).toEqual(["tenant-00042"]);
    expect((await find("tenant-00100")).tenants).toEqual([]);
    expect((await find("tenant")).tenants).toHaveLength(8);
  });

  it("finds an operation by the beginning of its id, and a tenant's operations by the slug", async () => {
    const found = async (text: string) => (await find(text)).operations.map((one) => one.id);
    expect(await found(operation.slice(0, 13))).toEqual([operation]);
    expect(await found(operation.toUpperCase())).toEqual([operation]);
    expect(await found("tenant-00001")).toEqual([operation]);
    expect(await found("tenant-00002")).toEqual([]);
  });

  it("finds nothing for nothing, and takes what is typed literally", async () => {
    for (const text of ["", "   ", "%", "_", "\\", "'"]) {
      expect(await find(text), text).toEqual({ tenants: [], operations: [] });
    }
  });

  it("is refused without the permission to see", async () => {
    await expect(readPalette({ records }, here.nobody, "tenant")).rejects.toThrow(Refused);
  });
});

describe("the ids that begin so", () => {
  it("are a range of whole ids", () => {
    expect(idRange("01a1fd60-c4")).toEqual({
      from: "01a1fd60-c400-0000-0000-000000000000",
      to: "01a1fd60-c4ff-ffff-ffff-ffffffffffff",
    });
  });

  it("are none for what no id begins with", () => {
    for (const text of ["", "01a1", "acme", "01a1fd6z", "g1a1fd60-c4", "0".repeat(33), "-".repeat(40)]) {
      expect(idRange(text), text).toBeNull();
    }
  });
});
