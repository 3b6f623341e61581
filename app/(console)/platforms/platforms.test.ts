import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretContext } from "../../../lib/access/secret-context.ts";
import { createTestWorld, type TestWorld } from "../../../lib/operations/testing/world.ts";
import { readPlatform } from "../../../lib/queries/platform-health.ts";
import { listPlatformRows } from "../../../lib/queries/platforms.ts";
import { Refused } from "../../../lib/queries/refused.ts";
import { newId } from "../../../lib/records/id.ts";
import { databases } from "../../../lib/records/schema/databases.ts";
import { lookAgain } from "./look-again.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
}, 120_000);
afterAll(() => world.close());

const form = (databaseId: string) => {
  const data = new FormData();
  data.set("databaseId", databaseId);
  return data;
};
const harbor = async () => {
  const view = await readPlatform(world.console, await world.actor("viewer"), "harbor");
  if (view === null) throw new Error("harbor is not there");
  return view;
};
const codes = async (role: "viewer" | "operator", databaseId: string) =>
  (await lookAgain(world.console, await world.actor(role), form(databaseId))).map(({ code }) => code);

describe("a platform's page", () => {
  it("shows what a look found, with the line to add for a table that nobody has placed", async () => {
    expect(await codes("operator", world.usId)).toEqual([]);
    await world.euClient.query("CREATE TABLE stray_notes (id bigint PRIMARY KEY, body text)");
    expect(await codes("operator", world.euId)).toEqual([]);
    const [eu, us] = (await harbor()).databases;
    expect(eu).toMatchObject({ name: "eu-1", health: { reachable: true } });
    expect(eu?.health?.findings).toContainEqual(
      expect.objectContaining({
        code: "unclassified",
        where: "public.stray_notes",
        todo: expect.stringContaining("`public.stray_notes: global`"),
      }),
    );
    expect(us?.health?.findings.some(({ where }) => where === "public.stray_notes")).toBe(false);
    expect(eu?.health?.planner?.writableTables).toBe(0);
    expect(eu?.health?.runner?.writableTables).toBeGreaterThan(10);
    expect(eu?.health?.ledger?.fingerprint).toMatch(/^[0-9a-f]{16,}/);
    expect(JSON.stringify(eu)).not.toContain("postgres:");
    const [row] = await listPlatformRows(world.console, await world.actor("viewer"));
    expect(row).toMatchObject({ name: "harbor", databases: 2, unreachable: 0, unknown: 0 });
    expect(row?.blocks).toBeGreaterThanOrEqual(1);
  });

  it("says of a database that cannot be reached that it cannot", async () => {
    const { records, secrets } = world.console;
    const [row] = await records.select().from(databases).where(eq(databases.id, world.euId));
    const nowhere = secrets.seal(
      "postgres://u:hush@127.0.0.1:1/nowhere",
      secretContext.runnerUrl(world.euId),
    );
    await records.update(databases).set({ runnerUrl: nowhere }).where(eq(databases.id, world.euId));
    expect(await codes("operator", world.euId)).toEqual([]);
    const [eu] = (await harbor()).databases;
    expect(eu?.health).toMatchObject({ reachable: false });
    expect(eu?.health?.findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(eu)).not.toContain("hush");
    const [listed] = await listPlatformRows(world.console, await world.actor("viewer"));
    expect(listed).toMatchObject({ unreachable: 1 });
    await records.update(databases).set({ runnerUrl: row!.runnerUrl }).where(eq(databases.id, world.euId));
  });

  it("refuses a look to who may not, of what is not there, and of what is no id", async () => {
    const before = await harbor();
    expect(await codes("viewer", world.euId)).toEqual(["not-allowed"]);
    expect(await codes("operator", newId())).toEqual(["database-not-registered"]);
    expect(await codes("operator", "'; --")).toEqual(["form-unreadable"]);
    expect(await harbor()).toEqual(before);
  });

  it("is not there for a name that nobody registered, and refused without the permission to see", async () => {
    expect(await readPlatform(world.console, await world.actor("viewer"), "pier")).toBeNull();
    const nobody = { ...(await world.actor("viewer")), permissions: new Set<never>() };
    await expect(readPlatform(world.console, nobody, "harbor")).rejects.toThrow(Refused);
    await expect(listPlatformRows(world.console, nobody)).rejects.toThrow(Refused);
  });
});
