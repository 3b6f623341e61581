import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { roleGrants } from "../../records/schema/role-grants.ts";
import { signingKeys } from "../../records/schema/signing-keys.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../../rows/testing/small-platform.ts";
import {
  approve,
  ask,
  carryOut,
  createWorldOf,
  drive,
  refusedWith,
  rowOf,
  type TestWorld,
} from "../testing/world.ts";

let world: TestWorld;
let bundleId: string;
let former: typeof signingKeys.$inferSelect | undefined;
beforeAll(async () => {
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
  const tenantKey = await keyOfSlug(world.euClient, "one");
  bundleId = (await carryOut(world, { kind: "export", input: { tenantKey } })).result.links.bundle!;
  [former] = await world.console.records.select().from(signingKeys);
  // As if another console had signed it: a key that was trusted once is distrusted, which nobody may accept.
  await world.console.records.delete(signingKeys);
}, 120_000);
afterAll(() => world.close());

const importing = (by: "operator" | "admin", acceptSignature?: unknown) => ({
  kind: "import",
  by,
  databaseId: world.usId,
  input: { bundleId, newSlug: "beside", ...(acceptSignature === undefined ? {} : { acceptSignature }) },
});

/** Of all tenants that live where the imports go. */
async function everyRow(): Promise<string> {
  const { rows } = await world.usClient.query<{ digest: string }>(
    "SELECT md5(schema_to_xml('public', true, false, '')::text) AS digest",
  );
  return rows[0]!.digest;
}

it("is refused of a bundle that no trusted key has signed, to all but an admin who says so", async () => {
  for (const asked of [
    importing("operator"),
    importing("operator", "on"),
    importing("admin"),
    importing("admin", "yes"),
  ])
    expect(await refusedWith(world, asked)).toEqual(["gate-closed"]);
});

it("stops before its first write where the admin is none any more", async () => {
  const id = await ask(world, importing("admin", "on"));
  expect((await rowOf(world, id)).plan).toMatchObject({ options: { acceptSignature: true } });
  await approve(world, id);
  const { personId } = await world.actor("admin");
  await world.console.records
    .update(roleGrants)
    .set({ role: "operator" })
    .where(eq(roleGrants.personId, personId));
  await drive(world, id);
  const row = await rowOf(world, id);
  expect(row.state).not.toBe("succeeded");
  expect(JSON.stringify([row.findings, row.result])).toContain("signature");
});

it("stops before its first write where the key was distrusted after the approval, and is then refused at once", async () => {
  const { records } = world.console;
  await records.insert(signingKeys).values({ ...former!, current: false });
  const id = await ask(world, importing("operator"));
  await approve(world, id);
  const before = await everyRow();
  await records.update(signingKeys).set({ trusted: false, distrustReason: "It was stolen." });
  await drive(world, id);
  const row = await rowOf(world, id);
  expect(row.state).not.toBe("succeeded");
  expect(JSON.stringify([row.findings, row.result])).toContain("bundle-key-distrusted");
  expect(await everyRow()).toEqual(before);
  for (const asked of [importing("operator"), importing("admin", "on")])
    expect(await refusedWith(world, asked)).toContain("bundle-key-distrusted");
});
