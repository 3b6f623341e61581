import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HARBOR_MIGRATIONS, HARBOR_PLATFORM_FILE } from "../examples/harbor/set-up.ts";
import { documentOf, runTenantry, startTenantry } from "./testing/command-line.ts";
import { killStarted } from "./testing/processes.ts";

const OLD = fileURLToPath(
  new URL("../lib/rows/testing/harbor-versions/20241014090000.tar.zst", import.meta.url),
);
const UPGRADE = ["upgrade", OLD, "--platform", HARBOR_PLATFORM_FILE];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenantry-upgrade-test-"));
  await chmod(folder, 0o711);
});
afterAll(async () => {
  killStarted();
  await rm(folder, { recursive: true });
});

const environment = () => ({ TMPDIR: folder });
/** Node keeps what it has compiled there as well. */
const left = async () => (await readdir(folder)).filter((name) => name !== "node-compile-cache").sort();

it("bin/tenantry upgrade writes a bundle of the newest version, tells from what, and leaves nothing else", async () => {
  const out = join(folder, "new.tar.gz");
  const ran = await runTenantry([...UPGRADE, "--out", out, "--json"], environment());
  expect(documentOf(ran)).toMatchObject({
    command: "upgrade",
    exitCode: 0,
    result: {
      file: out,
      tenant: { slug: "copper-basin" },
      from: { schema: { version: "20241014090000" } },
      schema: { version: "20250303080000" },
    },
  });
  const { result } = documentOf(ran);
  expect(result.migrations.length).toBe(4);
  expect(result.rows).toBeGreaterThan(20);
  expect(await left()).toEqual(["new.tar.gz"]);
  expect(documentOf(await runTenantry(["verify", out, "--json"])).exitCode).toBe(0);
}, 120_000);

it("bin/tenantry upgrade says what is decided wrongly, and what stands against it, without a bundle", async () => {
  const out = ["--out", join(folder, "none.tar.gz"), "--json"];
  const code = async (...args: string[]) => {
    const { exitCode, findings } = documentOf(
      await runTenantry([...UPGRADE, ...out, ...args], environment()),
    );
    return [exitCode, findings[0]!.code];
  };
  expect(await code("--skip", "20250303080000")).toEqual([2, "usage"]);
  expect(await code("--skip", "20250303080000=a", "--run", "20250303080000=true")).toEqual([2, "usage"]);
  expect(await code("--skip", "1=why")).toEqual([1, "migration-version-unknown"]);
  expect(await code("--target-version", "20241014090000")).toEqual([1, "upgrade-not-needed"]);
  expect(await code("--migrations", folder)).toEqual([1, "migration-missing"]);
  expect(await left()).toEqual(["new.tar.gz"]);
});

it("bin/tenantry upgrade runs no command but one of the list that it is given", async () => {
  const beside = await mkdtemp(join(tmpdir(), "tenantry-upgrade-lists-"));
  const platform = (await readFile(HARBOR_PLATFORM_FILE, "utf8")).replace(/^migrations:.*$/m, "");
  const named = `migrations: { command: "touch ${beside}/ran", folder: ${HARBOR_MIGRATIONS} }`;
  await writeFile(join(beside, "platform.yaml"), `${platform}\n${named}\n`);
  await writeFile(join(beside, "list.yaml"), 'another: { command: ["true"] }\n');
  const args = ["upgrade", OLD, "--platform", join(beside, "platform.yaml"), "--json"];
  const code = async (list: string) => {
    const out = ["--out", join(folder, "none.tar.gz"), "--commands", join(beside, list)];
    const { exitCode, findings } = documentOf(await runTenantry([...args, ...out], environment()));
    return [exitCode, findings[0]!.code];
  };
  expect(await code("nothing.yaml")).toEqual([1, "commands-unreadable"]);
  expect(await code("list.yaml")).toEqual([1, "command-not-allowed"]);
  expect((await readdir(beside)).sort()).toEqual(["list.yaml", "platform.yaml"]);
  await rm(beside, { recursive: true });
});

it("bin/tenantry upgrade ends its servers with it when it is stopped", async () => {
  const running = startTenantry(
    [...UPGRADE, "--out", join(folder, "stopped.tar.gz"), "--json"],
    environment(),
  );
  const stdout = text(running.child.stdout!);
  while ((await left()).length === 1) await sleep(5);
  running.child.kill("SIGINT");
  const code = await running.ends();
  expect(documentOf({ stdout: await stdout, code })).toMatchObject({
    exitCode: 3,
    findings: [{ code: "interrupted" }],
  });
  expect(await left()).toEqual(["new.tar.gz"]);
});
