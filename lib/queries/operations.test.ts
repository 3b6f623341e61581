import { and, count, eq, inArray } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRecords, type Records } from "../records/client.ts";
import { operations } from "../records/schema/operations.ts";
import { createTestDatabase } from "../testing/database.ts";
import { readOperationList } from "./operation-list.ts";
import { listOperations, OPERATIONS_ON_A_PAGE, operationRowsQuery } from "./operations.ts";
import { Refused } from "./refused.ts";
import type { SearchParams } from "./tenant-list.ts";
import { fillRecords, type LivedIn } from "./testing/lived-in.ts";
import { explain } from "./testing/plans.ts";

let records: Records;
let here: LivedIn;

/** By turns: kinds, people, databases; all over but a few; many of one moment, so that only the id tells them apart. */
const OPERATIONS = `
  INSERT INTO operations (id, kind, state, platform_id, database_id, claim, tenant_key, tenant_slug, input,
    idempotency_key, requested_by, plan, digest, budget_seconds, created_at)
  SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 THEN 'import' ELSE 'export' END,
    CASE WHEN n % 1000 = 0 THEN 'in_review' WHEN n % 500 = 0 THEN 'failed' ELSE 'succeeded' END,
    $1, CASE WHEN n % 2 = 0 THEN $3::uuid ELSE $2::uuid END, 'key:' || n, (100000 + n % 5000)::text,
    'tenant-' || n % 5000, '{}', 'key ' || n, CASE WHEN n % 4 = 0 THEN $5::uuid ELSE $4::uuid END,
    '{}', 'd', 60, now() - (n / 10) * interval '1 minute'
  FROM generate_series($6::int + 1, $6 + 20000) AS n`;

beforeAll(async () => {
  records = openRecords((await createTestDatabase("records")).url);
  here = await fillRecords(records, { tenants: 100 });
  const who = [here.platformId, here.eu, here.us, here.ada.personId, here.ben.personId];
  // A hundred thousand at once may take longer than a statement of the console's may.
  for (const after of [0, 20_000, 40_000, 60_000, 80_000])
    await records.pool.query(OPERATIONS, [...who, after]);
  await records.pool.query("ANALYZE operations");
}, 120_000);
afterAll(() => records.close());

const list = (search: SearchParams = {}, actor = here.ada) =>
  listOperations({ records }, actor, readOperationList(search));

describe("the list of operations", () => {
  it("shows the latest first, a page of a hundred thousand, and says the total", async () => {
    const view = await list();
    expect(view).toMatchObject({ total: 100_000, page: 1, anything: true, platforms: ["harbor"] });
    expect(view.rows).toHaveLength(OPERATIONS_ON_A_PAGE);
    const times = view.rows.map((row) => row.createdAt.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it("has each operation on one page only, also where many began at one moment", async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => list({ page: String(page) })));
    expect(new Set(pages.flatMap((page) => page.rows.map((row) => row.id))).size).toBe(200);
  });

  it("shows the last page where one past it is asked for", async () => {
    const view = await list({ page: "99999" });
    expect(view.page).toBe(2000);
    expect(view.rows).toHaveLength(50);
  });

  it("is narrowed by state, kind, person, database, tenant and time, also together", async () => {
    expect((await list({ state: "in_review" })).total).toBe(100);
    expect((await list({ state: "failing" })).total).toBe(100);
    expect((await list({ kind: "import" })).total).toBe(33_333);
    expect((await list({ mine: "true" }, here.ben)).total).toBe(25_000);
    expect((await list({ tenant: "100042" })).total).toBe(20);
    expect((await list({ tenant: "100042", database: "eu-1" })).total).toBe(0);
    expect((await list({ tenant: "100042", database: "us-1", kind: "import" })).total).toBe(
      await records.$count(
        operations,
        and(
          eq(operations.tenantKey, "100042"),
          eq(operations.databaseId, here.us),
          eq(operations.kind, "import"),
        ),
      ),
    );
    const day = (await list({ since: "1d" })).total;
    expect(day).toBeGreaterThan(14_000);
    expect(day).toBeLessThan(14_500);
    expect((await list({ platform: "nowhere" })).total).toBe(0);
  });

  it("says which are the reader's own", async () => {
    const { rows } = await list({}, here.ben);
    expect(rows.every((row) => row.mine === (row.requestedBy === "ben"))).toBe(true);
    expect(rows.some((row) => row.mine)).toBe(true);
  });

  it("is nothing for who may not see", async () => {
    await expect(list({}, here.nobody)).rejects.toThrow(Refused);
  });

  it("reads its page from an index, whatever it is narrowed by", async () => {
    const wheres = [
      undefined,
      eq(operations.state, "in_review"),
      inArray(operations.state, ["failed", "unknown"]),
      eq(operations.requestedBy, here.ben.personId),
      and(eq(operations.databaseId, here.eu), eq(operations.tenantKey, "100043")),
      eq(operations.kind, "import"),
    ];
    for (const where of wheres) {
      const { scanned } = await explain(records, operationRowsQuery({ records }, where, 0));
      expect(scanned).not.toContain("operations");
    }
  });

  it("counts what it is narrowed to from an index", async () => {
    const wheres = [
      eq(operations.state, "in_review"),
      eq(operations.requestedBy, here.ben.personId),
      eq(operations.kind, "create"),
      and(eq(operations.databaseId, here.eu), eq(operations.tenantKey, "100043")),
    ];
    for (const where of wheres) {
      const counted = records.select({ count: count() }).from(operations).where(where);
      expect((await explain(records, counted)).scanned).toEqual([]);
    }
  });
});
