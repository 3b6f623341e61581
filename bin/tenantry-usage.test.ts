import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../examples/harbor/set-up.ts";
import { createTestDatabase, type TestDatabase } from "../lib/testing/database.ts";
import { ROOT } from "./checks/run.ts";
import { documentOf, runTenantry, startTenantry } from "./testing/command-line.ts";
import { killStarted, start } from "./testing/processes.ts";

const PLATFORM = ["--platform", HARBOR_PLATFORM_FILE];
const NOWHERE = "postgres://somebody:open-sesame-4711@127.0.0.1:1/anything";

describe("bin/tenantry shows", () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase("empty");
    folder = await mkdtemp(join(tmpdir(), "tenantry-usage-"));
  });
  afterAll(async () => {
    killStarted();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it("a wrong call's one sentence, and its one JSON document", async () => {
    const { code, stdout, stderr } = await runTenantry(["check"]);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: "Name the platform's file with --platform FILE.\n",
    });
    const document = documentOf(await runTenantry(["check", "--json"]));
    expect(document).toMatchObject({ exitCode: 2, findings: [{ code: "usage" }], result: null });
  });

  it("no password of an address that leads nowhere", async () => {
    const { code, stdout, stderr } = await runTenantry([
      "check",
      ...PLATFORM,
      "--database",
      NOWHERE,
      "--json",
    ]);
    expect({ code, stdout, stderr }).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("database-unreachable"),
    });
    expect(stderr).toContain("TENANTRY_DATABASE_URL");
    expect(stdout + stderr).not.toContain("open-sesame");
  });

  it("no password that the server refuses", async () => {
    const url = new URL(database.url);
    url.password = "open-sesame-4711";
    const environment = { TENANTRY_DATABASE_URL: url.href };
    const { code, stdout, stderr } = await runTenantry(["check", ...PLATFORM], environment);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("the server does not accept this user's password.");
    expect(stderr).not.toContain("open-sesame");
  });

  it("no letters of a platform file that would command the terminal", async () => {
    const file = join(folder, "odd.yaml");
    await writeFile(file, 'platform: "x"\ntenant: { table: public.o, key: id }\n"\\e]0;gotcha\\a": 1\n');
    const environment = { TENANTRY_DATABASE_URL: database.url };
    const { code, stdout } = await runTenantry(["check", "--platform", file], environment);
    expect(code).toBe(1);
    expect(stdout).toContain("unknown-key");
    expect(stdout).toContain("gotcha");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(stdout).not.toMatch(/[\u001b\u0007]/);
  });

  it("no complaint when nobody reads to the end", async () => {
    const running = startTenantry(["export", "--help"]);
    running.child.stdout?.destroy();
    expect(await running.ends()).toBe(0);
    expect(running.output()).toBe("");
  });

  it("runs from any folder through a link, and calls itself as it was called", async () => {
    await symlink(join(ROOT, "bin/tenantry"), join(folder, "tenantry"));
    const linked = start(join(folder, "tenantry"), ["nonsense"], {}, folder);
    expect(await linked.ends()).toBe(2);
    expect(linked.output()).toContain(`See ${folder}/tenantry --help.`);
    const found = start("tenantry", ["nonsense"], { PATH: `${folder}:${process.env.PATH}` }, folder);
    expect(await found.ends()).toBe(2);
    expect(found.output()).toContain("See tenantry --help.");
  });
});
