import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFreePort } from "../lib/postgres/server/server.ts";
import { killStarted, processesGiven, start, TESTS_BUILD } from "./testing/processes.ts";

const RUNNING = "Ctrl-C stops everything.";

// The first one builds the console.
describe("npm start with the console", { timeout: 300_000 }, () => {
  let home: string;
  let port: number;
  let postgresPort: number;

  const console = (ports = { port, postgresPort }) =>
    start(
      process.execPath,
      [
        "bin/bootstrap.mjs",
        "bin/start.ts",
        "--port",
        String(ports.port),
        "--pg-port",
        String(ports.postgresPort),
      ],
      { TENANTRY_VAR: home, TENANTRY_DEMO_SCALE: "0.02", DATABASE_URL: "", TENANTRY_DIST: TESTS_BUILD },
    );
  const nothingLeft = async () => {
    while (processesGiven(`TENANTRY_VAR=${home}`).length > 0) await sleep(50);
  };

  beforeAll(async () => {
    home = mkdtempSync(join(realpathSync(tmpdir()), "tenantry-console-"));
    chmodSync(home, 0o711);
    port = await findFreePort();
    postgresPort = await findFreePort();
  });
  afterAll(async () => {
    killStarted();
    await nothingLeft();
    rmSync(home, { recursive: true });
  });

  it("answers at the address that it prints, and shows the generated sign-ins once", async () => {
    const running = console();
    await running.prints(RUNNING);
    expect(running.output()).toContain(`http://localhost:${port}`);
    const signIns = readFileSync(join(home, "sign-ins.txt"), "utf8").trim().split("\n");
    expect(signIns.map((line) => line.split("\t")[0])).toEqual(["operator", "reviewer", "support", "admin"]);
    for (const line of signIns) expect(running.output()).toContain(line.split("\t")[2]);
    for (const file of ["sign-ins.txt", "secrets.env"])
      expect(statSync(join(home, file)).mode & 0o077).toBe(0);
    const page = await fetch(`http://127.0.0.1:${port}/sign-in`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('name="password"');
    running.child.kill("SIGINT");
    expect(await running.ends()).toBe(0);
    await nothingLeft();
  });

  it("starts again without building, filling or showing a password, and leaves nothing when it is killed", async () => {
    const running = console();
    await running.prints(RUNNING);
    expect(running.output()).not.toMatch(/Filling|Building|Sign in as/);
    running.child.kill("SIGKILL");
    await running.ends();
    await nothingLeft();
  });

  it("says in one sentence that the console's port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const taken = (other.address() as AddressInfo).port;
    const refused = console({ port: taken, postgresPort });
    expect(await refused.ends()).toBe(2);
    other.close();
    expect(refused.output()).toContain(`Something else listens on port ${taken}.`);
    await nothingLeft();
  });
});
