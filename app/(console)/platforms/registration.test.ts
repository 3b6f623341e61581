import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../../lib/access/permissions.ts";
import { registeredPair } from "../../../lib/operations/directory.ts";
import { makePlannerRole } from "../../../lib/operations/registration/planner-role.ts";
import { ask, createTestWorld, keyOfSlug, type TestWorld } from "../../../lib/operations/testing/world.ts";
import { readPlatform } from "../../../lib/queries/platform-health.ts";
import { Refused } from "../../../lib/queries/refused.ts";
import { readRegisteredDatabase, readRegisteredPlatform } from "../../../lib/queries/registration.ts";
import { auditEntries } from "../../../lib/records/schema/audit-entries.ts";
import { databases } from "../../../lib/records/schema/databases.ts";
import { operations } from "../../../lib/records/schema/operations.ts";
import { platforms } from "../../../lib/records/schema/platforms.ts";
import { createTestDatabase, type TestDatabase } from "../../../lib/testing/database.ts";
import {
  chooseStoreAct,
  deregisterAct,
  editDatabase,
  removeDatabaseAct,
  renameDatabaseAct,
  submitDatabase,
  submitPlatform,
} from "./registration-acts.ts";
import type { RegistrationOutcome } from "./registration-state.ts";

const SHOP = "platform: shop\ntenant: { table: public.accounts, slug: handle }\n";
const ROLE = `reader_${randomBytes(4).toString("hex")}`;
const PASSWORD = "reads&only";

let world: TestWorld;
let shop: TestDatabase;
let readerUrl: string;
beforeAll(async () => {
  world = await createTestWorld();
  shop = await createTestDatabase("empty");
  const client = await shop.connect();
  await client.query(`
    CREATE TABLE accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), handle text NOT NULL UNIQUE);
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts);
    CREATE INDEX ON orders (account_id);
    CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts);
    CREATE INDEX ON notes (account_id);`);
  readerUrl = await makePlannerRole(shop.url, ROLE, PASSWORD);
  await client.query(`REVOKE pg_read_all_data FROM ${ROLE}`);
}, 120_000);
afterAll(async () => {
  const client = await shop.connect();
  await client.query(`ALTER ROLE ${ROLE} NOLOGIN`);
  await world.close();
  await shop.drop();
});

const form = (values: Readonly<Record<string, string | File>>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
};
const platformForm = (values: Readonly<Record<string, string | File>> = {}) =>
  form({
    intent: "try",
    name: "main",
    region: "",
    runnerUrl: shop.url,
    plannerUrl: "",
    text: SHOP,
    ...values,
  });
const submit = async (values: Readonly<Record<string, string | File>>, role: Role = "admin") =>
  submitPlatform(world.console, await world.actor(role), platformForm(values));
const stateOf = (outcome: RegistrationOutcome) => {
  if (outcome.ok) throw new Error(`went to ${outcome.to}`);
  return outcome.state;
};
const codes = (outcome: RegistrationOutcome) => stateOf(outcome).findings.map(({ code }) => code);
const idOf = async (name: string) =>
  (await world.console.records.select().from(databases).where(eq(databases.name, name)))[0]!.id;

describe("the form that registers a platform", () => {
  it("tries without storing, and says the GRANT for what the roles may not do", async () => {
    const before = await world.console.records.$count(platforms);
    const { trial, findings } = stateOf(await submit({ plannerUrl: readerUrl }));
    expect(findings).toEqual([]);
    expect(trial).toMatchObject({
      platform: "shop",
      classes: { root: 1, direct: 2 },
      planner: { name: ROLE },
    });
    expect(trial?.findings).toContainEqual(
      expect.objectContaining({
        code: "no-select",
        count: 3,
        todo: expect.stringContaining("GRANT SELECT ON"),
      }),
    );
    expect(await world.console.records.$count(platforms)).toBe(before);
  });

  it("proposes a platform file from the catalog, over the root that was picked", async () => {
    const { values, discovery } = stateOf(await submit({ intent: "discover", platform: "store", text: "" }));
    expect(discovery?.candidates[0]?.table).toBe("public.accounts");
    expect(values.text).toContain("platform: store");
    expect(codes(await submit({ text: values.text! }))).toEqual([]);
    const picked = stateOf(await submit({ intent: "discover", root: "public.orders", text: "" }));
    expect(picked.values.text).toContain("table: public.orders");
  });

  it("takes an uploaded file before the pasted text, up to a bound", async () => {
    const file = new File([SHOP.replace("shop", "uploaded")], "platform.yaml");
    expect(stateOf(await submit({ file })).trial?.platform).toBe("uploaded");
    const large = new File(["#".repeat(300 * 1024)], "platform.yaml");
    expect(codes(await submit({ file: large }))).toEqual(["platform-file-too-large"]);
  });

  it("never sends a connection string back, whatever it comes to", async () => {
    const wrong = new URL(readerUrl);
    wrong.password = "not-that-one";
    const tries: readonly Readonly<Record<string, string>>[] = [
      { plannerUrl: readerUrl },
      { plannerUrl: wrong.href },
      { intent: "discover", plannerUrl: readerUrl },
      { text: "" },
    ];
    for (const values of tries) {
      const text = JSON.stringify(await submit(values));
      expect(text).not.toContain(encodeURIComponent(PASSWORD));
      expect(text).not.toContain("not-that-one");
      expect(text).not.toContain("postgres:");
    }
  });

  it("is refused for what is wrong with it, and for who may not", async () => {
    expect(codes(await submit({ runnerUrl: "" }))).toEqual(["address-missing"]);
    expect(codes(await submit({ text: " " }))).toEqual(["platform-file-missing"]);
    expect(codes(await submit({ intent: "delete" }))).toEqual(["form-unreadable"]);
    expect(codes(await submit({ text: SHOP.replace("shop", "new"), intent: "register" }))).toEqual([
      "platform-name-reserved",
    ]);
    expect(codes(await submit({ text: SHOP.replace("shop", "harbor") }))).toEqual(["platform-name-taken"]);
    expect(codes(await submit({ runnerUrl: world.eu.url }))).toContain("database-already-registered");
    expect(codes(await submit({ runnerUrl: world.env.TENANTRY_RECORDS_URL! }))).toContain(
      "database-is-records",
    );
    for (const intent of ["discover", "try", "register"])
      expect(codes(await submit({ intent }, "operator"))).toEqual(["not-permitted"]);
  });

  it("registers, looks at once, and leads to the platform's page", async () => {
    const outcome = await submit({ intent: "register", plannerUrl: readerUrl, region: "north" });
    expect(outcome).toEqual({ ok: true, to: "/platforms/shop" });
    const view = await readPlatform(world.console, await world.actor("viewer"), "shop");
    expect(view?.databases[0]).toMatchObject({ name: "main", region: "north", health: { reachable: true } });
    expect(codes(await submit({ text: SHOP.replace("shop", "twin"), intent: "register" }))).toContain(
      "database-already-registered",
    );
  });
});

describe("a further database", () => {
  it("is tried under the platform's own file, and refused where it does not fit or is nobody's to add", async () => {
    const platformId = world.platformId;
    const add = async (values: Record<string, string>, role: Role = "admin") =>
      submitDatabase(world.console, await world.actor(role), platformForm({ platformId, ...values }));
    expect(codes(await add({ runnerUrl: shop.url }))).toContain("database-already-registered");
    expect(codes(await add({ runnerUrl: "" }))).toEqual(["address-missing"]);
    expect(codes(await add({ platformId: "1" }))).toEqual(["form-unreadable"]);
    expect(codes(await add({}, "operator"))).toEqual(["not-permitted"]);
    const removed = await removeDatabaseAct(
      world.console,
      await world.actor("admin"),
      form({ databaseId: world.usId, phrase: " remove us-1 " }),
    );
    expect(removed).toEqual({ ok: true, to: "/platforms/harbor" });
    const again = { runnerUrl: world.us.url, name: "us-1" };
    expect(stateOf(await add(again)).trial).toMatchObject({ platform: "harbor" });
    expect(codes(await add({ ...again, name: "eu-1", intent: "register" }))).toEqual(["database-name-taken"]);
    expect(await add({ ...again, intent: "register" })).toEqual({ ok: true, to: "/platforms/harbor" });
  });
});

describe("a database's credentials", () => {
  const edit = async (values: Record<string, string>, role: Role = "admin") =>
    editDatabase(world.console, await world.actor(role), form(values));

  it("are tried before they are stored, kept where left empty, and recorded without them", async () => {
    const databaseId = await idOf("main");
    const wrong = new URL(readerUrl);
    wrong.password = "not-that-one";
    const refused = await edit({ databaseId, plannerUrl: wrong.href });
    expect(refused.findings.map(({ code }) => code)).toEqual(["login-refused"]);
    const stored = () => registeredPair(world.console.records, world.console.secrets, databaseId);
    expect((await stored()).plannerUrl).toBe(readerUrl);
    const saved = await edit({ databaseId, region: "south", plansAsRunner: "true" });
    expect(saved).toMatchObject({ findings: [], done: expect.stringContaining("Saved") });
    expect(await stored()).toMatchObject({
      plannerUrl: shop.url,
      runnerUrl: shop.url,
      database: { region: "south" },
    });
    const trail = await world.console.records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, "database.changed"));
    expect(trail).toHaveLength(1);
    expect(trail[0]?.data).toMatchObject({ runner: "kept", planner: "changed" });
    expect(JSON.stringify(trail)).not.toContain("postgres:");
  });

  it("must lead to the same database, by who may", async () => {
    const databaseId = await idOf("main");
    const other = await createTestDatabase("empty");
    const answer = await edit({ databaseId, runnerUrl: other.url, plansAsRunner: "true" });
    expect(answer.findings.map(({ code }) => code)).toEqual(["another-database"]);
    await other.drop();
    const operator = await edit({ databaseId, plansAsRunner: "true" }, "operator");
    expect(operator.findings.map(({ code }) => code)).toEqual(["not-permitted"]);
    expect((await edit({ databaseId: "1" })).findings.map(({ code }) => code)).toEqual(["form-unreadable"]);
  });

  it("stay as they are under another name, which one database of a platform has, and which is recorded", async () => {
    const databaseId = await idOf("main");
    const rename = async (name: string, role: Role = "admin", id = databaseId) => {
      const fields = form({ databaseId: id, name });
      const outcome = await renameDatabaseAct(world.console, await world.actor(role), fields);
      return outcome.ok ? outcome.to : outcome.state.findings.map(({ code }) => code);
    };
    const before = await registeredPair(world.console.records, world.console.secrets, databaseId);
    expect(await rename("north", "operator")).toEqual(["not-permitted"]);
    expect(await rename("north", "admin", "1")).toEqual(["form-unreadable"]);
    expect(await rename(" ")).toEqual(["database-name-taken"]);
    expect(await rename(" north ")).toBe("/platforms/shop/databases/north");
    const after = await registeredPair(world.console.records, world.console.secrets, databaseId);
    expect([after.runnerUrl, after.plannerUrl]).toEqual([before.runnerUrl, before.plannerUrl]);
    expect(await rename("us-1", "admin", world.euId)).toEqual(["database-name-taken"]);
    expect(await rename("main")).toBe("/platforms/shop/databases/main");
    const trail = await world.console.records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, "database.renamed"));
    expect(trail.map(({ data }) => data)).toEqual([
      { from: "main", to: "north" },
      { from: "north", to: "main" },
    ]);
  });

  it("and where its bundles are kept is chosen by admins, among the stores that there are", async () => {
    const choose = async (role: Role, fields: object = {}) => {
      const given = { platformId: world.platformId, store: "folder", compression: "zstd", ...fields };
      const outcome = await chooseStoreAct(world.console, await world.actor(role), form(given));
      return outcome.ok ? outcome.to : outcome.state.findings.map(({ code }) => code);
    };
    for (const role of ["viewer", "support", "operator", "reviewer"] as const)
      expect(await choose(role), role).toEqual(["not-permitted"]);
    expect(await choose("admin", { store: "s3" })).toEqual(["store-unknown"]);
    expect(await choose("admin", { compression: "lzma" })).toEqual(["form-unreadable"]);
    expect(await choose("admin")).toBe("/platforms/harbor");
    expect(await choose("admin", { compression: "gzip" })).toBe("/platforms/harbor");
    const trail = await world.console.records
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, "platform.store-chosen"));
    expect(trail.map(({ data }) => (data as { compression: string }).compression)).toEqual(["zstd", "gzip"]);
  });

  it("are shown to nobody, and their form to admins only", async () => {
    const view = await readRegisteredDatabase(world.console, await world.actor("admin"), "shop", "main");
    expect(view).toMatchObject({ name: "main", region: "south" });
    expect(JSON.stringify(view)).not.toContain("postgres:");
    expect(await readRegisteredDatabase(world.console, await world.actor("admin"), "shop", "no")).toBeNull();
    const operator = await world.actor("operator");
    await expect(readRegisteredDatabase(world.console, operator, "shop", "main")).rejects.toThrow(Refused);
    await expect(readRegisteredPlatform(world.console, operator, "shop")).rejects.toThrow(Refused);
  });
});

describe("deregistering in the browser", () => {
  const leave = async (values: Record<string, string>, role: Role = "admin") =>
    deregisterAct(world.console, await world.actor(role), form(values));

  it("wants the phrase, checked here; waits for operations; and keeps what was", async () => {
    const platformId = world.platformId;
    const phrase = "deregister harbor";
    expect(codes(await leave({ platformId, phrase: "deregister" }))).toEqual(["phrase-differs"]);
    expect(codes(await leave({ platformId, phrase }, "operator"))).toEqual(["not-permitted"]);
    expect(codes(await leave({ platformId: "1", phrase }))).toEqual(["form-unreadable"]);
    const tenantKey = (await keyOfSlug(world.euClient, "saltmarsh"))!;
    const id = await ask(world, { kind: "suspend", input: { tenantKey } });
    const view = await readRegisteredPlatform(world.console, await world.actor("admin"), "harbor");
    expect(view).toMatchObject({ active: 1, databases: 2 });
    expect(codes(await leave({ platformId, phrase }))).toEqual(["operations-active"]);
    const remove = form({ databaseId: world.euId, phrase: "remove eu-1" });
    expect(codes(await removeDatabaseAct(world.console, await world.actor("admin"), remove))).toEqual([
      "operations-active",
    ]);
    await world.console.records.update(operations).set({ state: "withdrawn" }).where(eq(operations.id, id));
    expect(await leave({ platformId, phrase })).toEqual({ ok: true, to: "/platforms" });
    expect(await world.console.records.$count(operations, eq(operations.id, id))).toBe(1);
    expect(await readPlatform(world.console, await world.actor("viewer"), "harbor")).toBeNull();
  });
});
