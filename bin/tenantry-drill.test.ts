import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../examples/harbor/set-up.ts";
import { harborSpec } from "../lib/rows/testing/harbor-spec.ts";
import { changedResidents, readResidents } from "../lib/rows/testing/residents.ts";
import { createTestDatabase, type TestDatabase } from "../lib/testing/database.ts";
import { documentOf, runTenantry, startTenantry } from "./testing/command-line.ts";
import { killStarted } from "./testing/processes.ts";

const PLATFORM = ["--platform", HARBOR_PLATFORM_FILE];

let database: TestDatabase;
let folder: string;
let bundle: string;
/** Its temporary folder is a test's own: what a drill leaves there is seen. */
let environment: { TENANTRY_DATABASE_URL: string; TMPDIR: string };
beforeAll(async () => {
  database = await createTestDatabase("harbor");
  folder = await mkdtemp(join(tmpdir(), "tenantry-drill-test-"));
  await chmod(folder, 0o711);
  environment = { TENANTRY_DATABASE_URL: database.url, TMPDIR: folder };
  bundle = join(folder, "saltmarsh.tar.gz");
  const { code } = await runTenantry(
    ["export", ...PLATFORM, "--tenant", "saltmarsh", "--out", bundle],
    environment,
  );
  expect(code).toBe(0);
}, 120_000);
afterAll(async () => {
  killStarted();
  await database.drop();
  await rm(folder, { recursive: true });
});

const servers = async () => (await readdir(folder)).filter((name) => name.startsWith("tenantry-throwaway-"));

it("bin/tenantry drill restores a bundle, says how long it took, and leaves nothing", async () => {
  const client = await database.connect();
  const before = await readResidents(client, harborSpec());
  const ran = await runTenantry(["drill", bundle, ...PLATFORM, "--json"], environment);
  expect(documentOf(ran)).toMatchObject({
    command: "drill",
    exitCode: 0,
    result: { platform: "harbor", tenant: { slug: "saltmarsh" }, server: "throwaway" },
  });
  expect(documentOf(ran).result.rows).toBeGreaterThan(100);
  expect(documentOf(ran).result.seconds.restore).toBeGreaterThan(0);
  expect(await servers()).toEqual([]);
  expect(changedResidents(before, await readResidents(client, harborSpec()))).toEqual([]);
}, 120_000);

it("bin/tenantry drill says what keeps a bundle from being brought back, with exit code 1, and names no password", async () => {
  const bytes = await readFile(bundle);
  const cut = join(folder, "cut.tar.gz");
  await writeFile(cut, bytes.subarray(0, bytes.length - 40));
  const { code, stderr } = await runTenantry(["drill", cut, ...PLATFORM], environment);
  expect([code, stderr]).toEqual([1, expect.stringContaining("nothing is left of the try")]);
  const server = ["--server", "postgres://postgres:hunter2@127.0.0.1:1/postgres"];
  const ran = await runTenantry(["drill", bundle, ...PLATFORM, ...server, "--json"], environment);
  expect(documentOf(ran)).toMatchObject({ exitCode: 2, findings: [{ code: "database-unreachable" }] });
  expect(ran.stderr).toContain("TENANTRY_DRILL_SERVER_URL");
  expect(ran.stdout + ran.stderr).not.toContain("hunter2");
});

it("bin/tenantry drill ends its server with it when it is stopped", async () => {
  const running = startTenantry(["drill", bundle, ...PLATFORM, "--json"], environment);
  const stdout = text(running.child.stdout!);
  while ((await servers()).length === 0) await sleep(5);
  running.child.kill("SIGINT");
  const code = await running.ends();
  expect(documentOf({ stdout: await stdout, code })).toMatchObject({
    exitCode: 3,
    findings: [{ code: "interrupted" }],
  });
  expect(await servers()).toEqual([]);
});
