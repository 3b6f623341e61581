import { randomBytes } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditEntries } from "../../records/schema/audit-entries.ts";
import { databases } from "../../records/schema/databases.ts";
import { operations } from "../../records/schema/operations.ts";
import { persons } from "../../records/schema/persons.ts";
import { platforms } from "../../records/schema/platforms.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openConsole } from "../console.ts";
import { registeredPair } from "../directory.ts";
import { seedConsole } from "../seed.ts";
import { ask, createTestWorld, keyOfSlug, rowOf, type TestWorld } from "../testing/world.ts";
import { deregisterPlatform, removeDatabase } from "./deregister.ts";
import { type NewPlatform, registerDatabase, registerPlatform } from "./register.ts";
import { savePlatformFile } from "./save-file.ts";
import { discoverPlatform } from "./try-address.ts";

let world: TestWorld;
let shop: TestDatabase;
beforeAll(async () => {
  world = await createTestWorld();
  shop = await createTestDatabase("empty");
  const client = await shop.connect();
  await client.query(`
    CREATE TYPE shop_state AS ENUM ('active', 'suspended');
    CREATE TABLE accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), handle text NOT NULL UNIQUE, title text, mode shop_state NOT NULL);
    CREATE TABLE hosts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts, hostname text NOT NULL UNIQUE);
    CREATE INDEX ON hosts (account_id);
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts);
    CREATE INDEX ON orders (account_id);
    CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders);
    CREATE INDEX ON lines (order_id);`);
}, 120_000);
afterAll(() => world.close());

const SHOP = "platform: shop\ntenant: { table: public.accounts, slug: handle, name: title }\n";

async function refused(platform: Partial<NewPlatform>): Promise<string[]> {
  const answer = await registerPlatform(world.console, await world.actor("admin"), {
    text: SHOP,
    databases: [{ name: "only", runnerUrl: shop.url }],
    ...platform,
  });
  return answer.ok ? ["registered"] : answer.findings.map(({ code }) => code);
}

describe("registering a platform", () => {
  it("keeps addresses sealed, opens them for a run only, and records who did it", async () => {
    const [row] = await world.console.records.select().from(databases).where(eq(databases.id, world.euId));
    const secret = new URL(world.eu.url).password;
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(row!.runnerUrl.includes(Buffer.from(secret))).toBe(false);
    expect(row!.endpoint).not.toContain(secret);
    const pair = await registeredPair(world.console.records, world.console.secrets, world.euId);
    expect(pair.runnerUrl).toBe(world.eu.url);
    expect(pair.plannerUrl).not.toBe(world.eu.url);
    const entries = await world.console.records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.platformId, world.platformId));
    expect(entries.map(({ action }) => action).toSorted()).toEqual([
      "database.registered",
      "database.registered",
      "encryption-key.made",
      "platform.registered",
    ]);
    expect(JSON.stringify(entries)).not.toContain(secret);
  });

  it("moved to another row, an address does not open", async () => {
    const { records } = world.console;
    const rows = await records.select().from(databases);
    const [eu, us] = [rows.find(({ id }) => id === world.euId)!, rows.find(({ id }) => id === world.usId)!];
    await records.update(databases).set({ runnerUrl: eu.runnerUrl }).where(eq(databases.id, us.id));
    await expect(registeredPair(records, world.console.secrets, us.id)).rejects.toThrow("damaged");
    await records.update(databases).set({ runnerUrl: us.runnerUrl }).where(eq(databases.id, us.id));
  });

  it("is refused for who may not, for names that are taken and for files that do not fit, with nothing stored", async () => {
    const before = await world.console.records.$count(platforms);
    const operator = await registerPlatform(world.console, await world.actor("operator"), {
      text: SHOP,
      databases: [],
    });
    expect(operator).toMatchObject({ ok: false, findings: [{ code: "not-permitted" }] });
    expect(await refused({ text: "platform: [" })).toEqual(["platform-file-syntax"]);
    expect(await refused({ text: `${SHOP}tabels: {}\n` })).toEqual(["unknown-key"]);
    expect(await refused({ text: SHOP.replace("shop", "harbor") })).toEqual(["platform-name-taken"]);
    expect(await refused({ text: SHOP.replace("accounts", "acounts") })).toContain("unknown-table");
    const two = [
      { name: "same", runnerUrl: shop.url },
      { name: "same", runnerUrl: shop.url },
    ];
    expect(await refused({ databases: two })).toContain("database-name-taken");
    expect(await world.console.records.$count(platforms)).toBe(before);
  });

  it("is refused for an address that leads nowhere, to two databases, or to the records themselves", async () => {
    const only = (runnerUrl: string, plannerUrl?: string) =>
      refused({ databases: [{ name: "only", runnerUrl, plannerUrl }] });
    expect(await only("mysql://u:hunter2@host/db")).toEqual(["address-invalid"]);
    expect(await only("postgres://u:hunter2@127.0.0.1:1/db")).toEqual(["database-unreachable"]);
    expect(await only(shop.url, world.eu.url)).toContain("addresses-differ");
    expect(await only(world.env.TENANTRY_RECORDS_URL!)).toContain("database-is-records");
  });
});

describe("discovery", () => {
  it("finds the root, the slug, the domains and the state, and what is still to be answered", async () => {
    const found = await discoverPlatform(await world.actor("admin"), { url: shop.url, name: "shop" });
    if (!found.ok) throw new Error(JSON.stringify(found.findings));
    expect(found.discovery.candidates[0]).toEqual({ table: "public.accounts", followers: 3, direct: 2 });
    expect(found.discovery.text).toContain("table: public.accounts");
    expect(found.discovery.text).toContain("slug: handle");
    expect(found.discovery.text).toContain("domains: public.hosts.hostname");
    expect(found.discovery.text).toContain("suspended: suspended");
    const registered = await refused({ text: found.discovery.text! });
    expect(registered).toEqual(["registered"]);
  });

  it("takes the demo platform's organizations for its tenants", async () => {
    const found = await discoverPlatform(await world.actor("admin"), { url: world.eu.url, name: "harbor" });
    expect(found).toMatchObject({
      ok: true,
      discovery: { candidates: [{ table: "public.organizations" }, {}, {}, {}, {}] },
    });
  });

  it("is for those who may register", async () => {
    expect(await discoverPlatform(await world.actor("operator"), { url: shop.url, name: "x" })).toMatchObject(
      { ok: false },
    );
  });
});

describe("a new version of the platform file", () => {
  const change = async (text: string, version: number, by: "admin" | "operator" = "admin") =>
    savePlatformFile(world.console, await world.actor(by), { platformId: await shopId(), text, version });
  const shopId = async () =>
    (await world.console.records.select().from(platforms).where(eq(platforms.name, "shop")))[0]!.id;

  it("is tried on the databases, kept beside the old one, and in force at once", async () => {
    const text = `${SHOP}tables: { public.lines: excluded }\n`;
    expect(await change(text, 1)).toMatchObject({ ok: true, version: 2 });
    const [database] = await world.console.records
      .select()
      .from(databases)
      .where(eq(databases.platformId, await shopId()));
    const pair = await registeredPair(world.console.records, world.console.secrets, database!.id);
    expect(pair.platform.file.tables["public.lines"]?.class).toBe("excluded");
  });

  it("is refused when somebody was quicker, when it is another platform's, when names are wrong, for others than admins", async () => {
    const codes = async (answer: ReturnType<typeof change>) => {
      const settled = await answer;
      return settled.ok ? [] : settled.findings.map(({ code }) => code);
    };
    expect(await codes(change(SHOP, 1))).toEqual(["platform-file-changed-meanwhile"]);
    expect(await codes(change(SHOP.replace("shop", "store"), 2))).toEqual(["platform-name-differs"]);
    expect(await codes(change(SHOP.replace("handle", "slugg"), 2))).toContain("unknown-column");
    expect(await codes(change(SHOP, 2, "operator"))).toEqual(["not-permitted"]);
  });
});

describe("deregistering", () => {
  it("is refused while an operation is under way, and takes nothing from the platform", async () => {
    const admin = await world.actor("admin");
    const key = (await keyOfSlug(world.euClient, "saltmarsh"))!;
    const id = await ask(world, { kind: "suspend", input: { tenantKey: key } });
    for (const answer of [
      await deregisterPlatform(world.console, admin, world.platformId),
      await removeDatabase(world.console, admin, world.euId),
    ])
      expect(answer).toMatchObject({ ok: false, findings: [{ code: "operations-active", count: 1 }] });
    await world.console.records.update(operations).set({ state: "withdrawn" }).where(eq(operations.id, id));
    expect(await removeDatabase(world.console, await world.actor("operator"), world.euId)).toMatchObject({
      ok: false,
    });
    expect(await removeDatabase(world.console, admin, world.usId)).toEqual({ ok: true });
    const added = await registerDatabase(world.console, admin, world.platformId, {
      name: "us-1",
      runnerUrl: world.us.url,
    });
    expect(added).toMatchObject({ ok: true });
    expect(await deregisterPlatform(world.console, admin, world.platformId)).toEqual({ ok: true });
    expect(await deregisterPlatform(world.console, admin, world.platformId)).toMatchObject({ ok: false });
    expect(await keyOfSlug(world.euClient, "saltmarsh")).toBe(key);
    expect((await rowOf(world, id)).id).toBe(id);
  });
});

describe("the first start", () => {
  it("makes people, key and platform once, and tells the passwords once", async () => {
    const records = await createTestDatabase("records");
    const console = await openConsole({ ...world.env, TENANTRY_RECORDS_URL: records.url });
    const platform = { text: SHOP, databases: [{ name: "only", runnerUrl: shop.url }] };
    const first = await seedConsole(console, { platform });
    expect(first.signIns.map(({ role }) => role)).toEqual(["operator", "reviewer", "support", "admin"]);
    expect(first.platformId).not.toBeNull();
    expect(await seedConsole(console, { platform })).toEqual({ platformId: null, signIns: [] });
    const people = await console.records
      .select()
      .from(persons)
      .where(and(eq(persons.mustChangePassword, true)));
    expect(people).toHaveLength(4);
    for (const { password } of first.signIns) expect(JSON.stringify(people)).not.toContain(password);
    await console.close();
  });

  it("says which variable is missing or wrong, and repeats no value", async () => {
    const key = randomBytes(8).toString("hex");
    const wrong = { ...world.env, TENANTRY_SECRET_KEY: key, TENANTRY_BUNDLE_FOLDER: "" };
    const error = await openConsole(wrong).catch((reason: Error) => reason);
    expect(String(error)).toContain("TENANTRY_SECRET_KEY is not 32 bytes");
    expect(String(error)).toContain("TENANTRY_BUNDLE_FOLDER is not set");
    expect(String(error)).not.toContain(key);
  });
});
