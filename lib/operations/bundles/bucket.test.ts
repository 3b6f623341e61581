/** A platform whose bundles lie in a bucket: chosen by an admin, written, proved, imported, missed, expired. */
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type S3Server, startS3Server } from "../../bundle/testing/s3-server.ts";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { bundles } from "../../records/schema/bundles.ts";
import type { Role } from "../../records/schema/role-grants.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../../rows/testing/small-platform.ts";
import { chooseStore } from "../registration/choose-store.ts";
import { carryOut, createWorldOf, type TestWorld } from "../testing/world.ts";
import { checkBundleFiles } from "./check-files.ts";

let server: S3Server;
let world: TestWorld;
let id: string;
beforeAll(async () => {
  server = await startS3Server("s3rver");
  const { bucket, prefix, endpoint, credentials } = server.config;
  Object.assign(process.env, {
    TENANTRY_S3_BUCKET: bucket,
    TENANTRY_S3_PREFIX: prefix,
    TENANTRY_S3_ENDPOINT: endpoint,
    TENANTRY_S3_PATH_STYLE: "true",
    TENANTRY_S3_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: credentials!.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials!.secretAccessKey,
  });
  world = await createWorldOf(SMALL_PLATFORM, await smallDatabase("home"), await smallDatabase("elsewhere"));
}, 120_000);
afterAll(async () => {
  await world.close();
  await server.stop();
});

const row = async () => (await world.console.records.select().from(bundles).where(eq(bundles.id, id)))[0]!;
const store = () => world.console.stores.get("s3");

describe("bundles in a bucket", () => {
  it("are kept there where an admin has chosen it, recorded", async () => {
    const choose = async (role: Role, chosen = "s3", platformId = world.platformId) => {
      const choice = { platformId, store: chosen, compression: "gzip" } as const;
      const answer = await chooseStore(world.console, await world.actor(role), choice);
      return answer.ok ? answer.platform : answer.findings[0]!.code;
    };
    for (const role of ["viewer", "support", "operator", "reviewer"] as const)
      expect(await choose(role), role).toBe("not-permitted");
    expect(await choose("admin", "moon")).toBe("store-unknown");
    expect(await choose("admin", "s3", "x")).toBe("platform-not-found");
    expect(world.console.stores.ids).toEqual(["folder", "s3"]);
    expect(store().region).toBe("eu-central-1");
    expect(await choose("admin")).toBe("small");
    expect(await choose("admin")).toBe("small");
    const trail = await world.console.records
      .select({ data: auditEntries.data })
      .from(auditEntries)
      .where(eq(auditEntries.action, "platform.store-chosen"));
    expect(trail).toMatchObject([{ data: { from: "folder", to: "s3" } }]);
  });

  it("are written whole, proved, and imported from there", async () => {
    const tenantKey = await keyOfSlug(world.euClient, "one");
    const input = { tenantKey, encrypted: "on", expiresInDays: "30" };
    id = (await carryOut(world, { kind: "export", input })).result.links!.bundle!;
    expect(await row()).toMatchObject({ store: "s3", state: "ready", encrypted: true });
    expect((await store().list()).map(({ name, bytes }) => [name, bytes])).toEqual([
      [(await row()).name, (await row()).bytes],
    ]);
    const imported = { kind: "import", databaseId: world.usId, input: { bundleId: id, ids: "kept" } };
    expect((await carryOut(world, imported)).state).toBe("succeeded");
  });

  it("and files that no record knows are told; an expired one is removed, and its record stays", async () => {
    const sink = await store().create("stray.tar.gz");
    await sink.write(Buffer.from("whose?"));
    await sink.commit();
    const inTwoHours = Date.now() + 2 * 60 * 60 * 1000;
    expect(await checkBundleFiles(world.console, inTwoHours)).toMatchObject({ unknown: 1, missing: 0 });
    await store().remove("stray.tar.gz");
    const held = sql`now() - interval '1 day'`;
    await world.console.records
      .update(bundles)
      .set({ expiresAt: held, heldAt: held })
      .where(eq(bundles.id, id));
    expect(await checkBundleFiles(world.console)).toMatchObject({ expired: 0 });
    await world.console.records.update(bundles).set({ heldAt: null }).where(eq(bundles.id, id));
    expect(await checkBundleFiles(world.console)).toMatchObject({ expired: 1 });
    expect(await store().list()).toEqual([]);
    expect((await row()).state).toBe("expired");
    const told = and(eq(auditEntries.subjectId, id), eq(auditEntries.action, "bundle.expired"));
    expect(await world.console.records.$count(auditEntries, told)).toBe(1);
  });

  it("are missed when somebody else removes them", async () => {
    const tenantKey = await keyOfSlug(world.euClient, "two");
    id = (await carryOut(world, { kind: "export", input: { tenantKey } })).result.links!.bundle!;
    await store().remove((await row()).name);
    expect(await checkBundleFiles(world.console)).toMatchObject({ missing: 1 });
    expect((await row()).state).toBe("missing");
  });
});
