/** A tenant that the platform's own command makes: by a name on the worker's list, and never by anything else. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reconcileOperation } from "../../engine/reconcile.ts";
import { keyOfSlug, SMALL_PLATFORM, smallDatabase } from "../../rows/testing/small-platform.ts";
import { openConsole } from "../console.ts";
import {
  approve,
  ask,
  createWorldOf,
  drive,
  refusedWith,
  rowOf,
  type TestWorld,
  TIMES,
} from "../testing/world.ts";

/** Makes the tenant as the application would: with what it was told, and nothing of the worker's environment. */
const COMMAND = `
import pg from ${JSON.stringify(import.meta.resolve("pg"))};
if (process.env.TENANTRY_SECRET_KEY !== undefined) process.exit(3);
const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
await client.query("INSERT INTO orgs VALUES (gen_random_uuid(), $1, 'active')", [process.env.TENANT_SLUG]);
await client.end();
if (process.env.TENANT_SLUG === "stumbles") process.exit(7);
`;

let world: TestWorld;
beforeAll(async () => {
  const text = `${SMALL_PLATFORM}create: { command: make tenant }\n`;
  world = await createWorldOf(text, await smallDatabase("home"), await smallDatabase("elsewhere"));
}, 120_000);
afterAll(() => world.close());

/** The same world with a list of commands. */
async function withCommands(list: string): Promise<TestWorld> {
  await writeFile(join(world.folder, "make.mjs"), COMMAND);
  await writeFile(join(world.folder, "commands.yaml"), list);
  const env = { ...world.env, TENANTRY_COMMANDS: join(world.folder, "commands.yaml") };
  return { ...world, console: await openConsole(env, { times: TIMES }) };
}

async function run(on: TestWorld, slug: string) {
  const id = await ask(on, { kind: "create", input: { slug, name: "Made" } });
  await approve(on, id);
  await drive(on, id);
  const row = await rowOf(on, id);
  return { id, state: row.state, codes: row.findings.map(({ code }) => code), result: row.result };
}

const LIST = `make tenant: { command: [${JSON.stringify(process.execPath)}, make.mjs] }\n`;

describe("a tenant made by the platform's command", () => {
  it("is there, listed, and the plan says that nothing of it was counted", async () => {
    const on = await withCommands(LIST);
    const { state, codes, result } = await run(on, "made");
    expect({ state, codes }).toEqual({ state: "succeeded", codes: ["command-unproved"] });
    expect(result.links.tenant).toBe(await keyOfSlug(world.euClient, "made"));
    expect(result.changed.join(" ")).toContain("was not counted");
    await on.console.close();
  });

  it("is refused without a list, and by a name that is not on it", async () => {
    expect((await run(world, "nobody")).codes).toContain("commands-missing");
    const other = await withCommands(LIST.replace("make tenant", "drop tenant"));
    expect((await run(other, "nobody")).codes).toContain("command-not-allowed");
    await other.console.close();
    const broken = await withCommands("- no list\n");
    expect((await run(broken, "nobody")).codes).toContain("commands-unreadable");
    await broken.console.close();
    expect(await keyOfSlug(world.euClient, "nobody")).toBeNull();
  });

  it("that failed on the way is of unknown outcome, until somebody has it looked at", async () => {
    const on = await withCommands(LIST);
    const { id, state, codes } = await run(on, "stumbles");
    expect(state).toBe("unknown");
    expect(codes).toContain("command-failed");
    expect(await refusedWith(on, { kind: "create", input: { slug: "stumbles", name: "Again" } })).toContain(
      "slug-taken",
    );
    const asked = await reconcileOperation(on.console.engine, await on.actor("operator"), {
      operationId: id,
    });
    expect(asked).toEqual({ ok: true });
    await drive(on, id);
    const row = await rowOf(on, id);
    expect(row.state).toBe("succeeded");
    expect(row.result.links.tenant).toBe(await keyOfSlug(world.euClient, "stumbles"));
    await on.console.close();
  });
});
