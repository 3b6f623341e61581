import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFreePort } from "../lib/postgres/server/server.ts";
import { serverUrl } from "../lib/testing/database.ts";
import { gone, killStarted, processesNaming, type StartedProcess, start } from "./testing/processes.ts";

const RUNNING = "Ctrl-C stops everything.";

/** A var folder that the server's user can reach too. */
function newHome(): string {
  const home = mkdtempSync(join(realpathSync(tmpdir()), "tenantry-start-"));
  chmodSync(home, 0o711);
  return home;
}

async function oneSentence(process: StartedProcess): Promise<string> {
  expect(await process.ends()).toBe(2);
  const text = process.output().trim();
  expect(text.split("\n")).toHaveLength(1);
  return text;
}

describe("npm start", { timeout: 180_000 }, () => {
  const homes: string[] = [];
  let home: string;
  let port: number;

  const demo = (folder = home, onPort = port) =>
    start(
      process.execPath,
      ["bin/bootstrap.mjs", "bin/start.ts", "--databases-only", "--pg-port", String(onPort)],
      {
        TENANTRY_VAR: folder,
        TENANTRY_DEMO_SCALE: "0.02",
        DATABASE_URL: "",
      },
    );
  const otherHome = () => {
    const folder = newHome();
    homes.push(folder);
    return folder;
  };
  const urlOf = (variable: string) =>
    new RegExp(`${variable}='(.+)'`).exec(readFileSync(join(home, "demo.env"), "utf8"))?.[1] as string;

  beforeAll(async () => {
    home = otherHome();
    port = await findFreePort();
  });
  afterAll(async () => {
    killStarted();
    for (const folder of homes) {
      await gone(folder);
      rmSync(folder, { recursive: true });
    }
  });

  it("begins a first start again that was killed in the middle of filling", async () => {
    const first = demo();
    await first.prints("Filling the demo platform's database harbor_eu_1");
    first.child.kill("SIGKILL");
    await first.ends();
    const second = demo();
    await second.prints(RUNNING);
    expect(second.output()).toContain("Filling the demo platform's database harbor_eu_1");
    expect(second.output()).toContain("Filling the demo platform's database harbor_us_1");
    second.child.kill("SIGINT");
    expect(await second.ends()).toBe(0);
    await gone(home);
  });

  it("has both databases full, their addresses in a private file, and no password on the terminal", async () => {
    const running = demo();
    await running.prints(RUNNING);
    for (const variable of ["HARBOR_EU_1_URL", "HARBOR_US_1_URL"]) {
      const client = new pg.Client({ connectionString: urlOf(variable) });
      await client.connect();
      const { rows } = await client.query("SELECT count(*)::int AS tenants FROM organizations");
      await client.end();
      expect(rows[0].tenants).toBeGreaterThan(1);
    }
    expect(statSync(join(home, "demo.env")).mode & 0o077).toBe(0);
    expect(running.output()).not.toContain(new URL(urlOf("HARBOR_EU_1_URL")).password);
    expect(running.output()).toContain("demo.env");
    running.child.kill("SIGTERM");
    expect(await running.ends()).toBe(0);
    await gone(home);
  });

  it("starts again without filling, and says in one sentence that it runs already", async () => {
    const running = demo();
    await running.prints(RUNNING);
    expect(running.output()).not.toContain("Filling");
    expect(await oneSentence(demo())).toMatch(/^Tenantry is already running here \(process \d+\)/);
    expect(await oneSentence(demo(otherHome()))).toBe(
      `Port ${port} is used by another program. Stop that program, or take another port: ` +
        `\`npm start -- --pg-port ${port + 1}\` (or TENANTRY_PG_PORT).`,
    );
    running.child.kill("SIGHUP");
    expect(await running.ends()).toBe(0);
    await gone(home);
    expect(existsSync(join(home, "start.lock"))).toBe(false);
  });

  it("leaves no server behind when it is killed, and the next start takes the data and the lock over", async () => {
    const killed = demo();
    await killed.prints(RUNNING);
    killed.child.kill("SIGKILL");
    await killed.ends();
    const next = demo();
    await next.prints(RUNNING);
    next.child.kill("SIGKILL");
    await next.ends();
    await gone(home);
  });

  it("stops a server whose supervisor was killed as well", async () => {
    const killed = demo();
    await killed.prints(RUNNING);
    const [supervisor] = processesNaming(`"${join(home, "postgres/18")}"`);
    process.kill(supervisor as number, "SIGKILL");
    killed.child.kill("SIGKILL");
    await killed.ends();
    const next = demo();
    await next.prints(RUNNING);
    expect(next.output()).toContain("Stopping the server that an earlier start has left behind");
    next.child.kill("SIGINT");
    await next.ends();
    await gone(home);
  });

  it("ends with its npm, even where npm was killed and could say nothing", async () => {
    const npm = start("npm", ["start", "--", "--databases-only", "--pg-port", String(port)], {
      TENANTRY_VAR: home,
      npm_lifecycle_event: undefined,
    });
    await npm.prints(RUNNING);
    npm.child.kill("SIGKILL");
    await gone(home);
  });

  it("refuses another major version's data folder in one sentence, and leaves it alone", async () => {
    const folder = otherHome();
    mkdirSync(join(folder, "postgres/18"), { recursive: true });
    writeFileSync(join(folder, "postgres/18/PG_VERSION"), "17\n");
    expect(await oneSentence(demo(folder))).toMatch(/was made by PostgreSQL 17, and this is PostgreSQL 18\./);
    expect(readFileSync(join(folder, "postgres/18/PG_VERSION"), "utf8")).toBe("17\n");
  });

  it("fills the server that DATABASE_URL names, and ends, as there is nothing to keep running", async () => {
    const folder = otherHome();
    const fill = () =>
      start(process.execPath, ["bin/start.ts", "--databases-only", "--scale", "0.02"], {
        TENANTRY_VAR: folder,
        DATABASE_URL: serverUrl(),
      });
    const first = fill();
    expect(await first.ends()).toBe(0);
    expect(first.output()).toContain("Filling the demo platform's database harbor_us_1");
    expect(readFileSync(join(folder, "demo.env"), "utf8")).toContain("/harbor_us_1'");
    const second = fill();
    expect(await second.ends()).toBe(0);
    expect(second.output()).not.toContain("Filling");
    expect(existsSync(join(folder, "postgres/18"))).toBe(false);
  });

  it("says in one sentence that DATABASE_URL leads nowhere, without its password", async () => {
    const url = `postgres://me:hunter2@127.0.0.1:${await findFreePort()}/x`;
    const failing = start(process.execPath, ["bin/start.ts", "--databases-only"], {
      TENANTRY_VAR: otherHome(),
      DATABASE_URL: url,
    });
    const sentence = await oneSentence(failing);
    expect(sentence).toContain("nothing accepts connections at this address.");
    expect(sentence).not.toContain("hunter2");
  });

  it("says in one sentence that a folder cannot be made where it should keep things", async () => {
    const file = join(otherHome(), "file");
    writeFileSync(file, "");
    expect(await oneSentence(demo(join(file, "var")))).toContain(file);
  });

  it("names the option that is wrong, and what would be right", async () => {
    const wrong = start(process.execPath, ["bin/start.ts", "--pg-port", "high"], { TENANTRY_VAR: home });
    expect(await wrong.ends()).toBe(2);
    expect(wrong.output()).toContain("--pg-port must be a number from 1024 to 65535.");
  });
});
