import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fittingTables, readModelQuery } from "../../../../../components/model/model-list.model.ts";
import { createTestWorld, type TestWorld } from "../../../../../lib/operations/testing/world.ts";
import { readModel } from "../../../../../lib/queries/model.ts";
import { Refused } from "../../../../../lib/queries/refused.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  await world.euClient.query("CREATE TABLE stray_notes (id bigint PRIMARY KEY, body text)");
}, 120_000);
afterAll(() => world.close());

const read = async (database: string | null, platform = "harbor") =>
  readModel(world.console, await world.actor("viewer"), platform, database);

describe("a platform's model", () => {
  it("lists every table of the chosen database, with whose it is and how that is known", async () => {
    const eu = (await read("eu-1"))!;
    expect(eu.tables.find(({ class: kind }) => kind === "root")?.id).toBe("public.organizations");
    expect(eu.tables.find(({ id }) => id === "public.stray_notes")?.findings).toBeGreaterThan(0);
    const via = eu.tables.filter(({ class: kind }) => kind === "via");
    expect(via.length).toBeGreaterThan(0);
    for (const table of via) expect(table.column, table.id).not.toBeNull();
    const us = (await read("us-1"))!;
    expect(us.tables.some(({ id }) => id === "public.stray_notes")).toBe(false);
    expect((await read(null))?.database).toBe("eu-1");
  });

  it("is narrowed by name, class and findings", async () => {
    const { tables } = (await read("eu-1"))!;
    const narrowed = (search: Record<string, string>) =>
      fittingTables(tables, readModelQuery(search)).map(({ id }) => id);
    expect(narrowed({ q: "STRAY" })).toEqual(["public.stray_notes"]);
    expect(narrowed({ class: "root" })).toEqual(["public.organizations"]);
    expect(narrowed({ findings: "true" })).toContain("public.stray_notes");
    expect(narrowed({ class: "nonsense" })).toHaveLength(tables.length);
    expect(narrowed({ q: "no such table" })).toEqual([]);
  });

  it("is not there for an unknown platform or database, and refused without the permission to see", async () => {
    expect(await read(null, "pier")).toBeNull();
    expect(await read("ap-1")).toBeNull();
    const nobody = { ...(await world.actor("viewer")), permissions: new Set<never>() };
    await expect(readModel(world.console, nobody, "harbor", null)).rejects.toThrow(Refused);
  });
});
