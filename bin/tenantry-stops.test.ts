import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HARBOR_PLATFORM_FILE } from "../examples/harbor/set-up.ts";
import { createTestDatabase, type TestDatabase } from "../lib/testing/database.ts";
import { documentOf, runTenantry, startTenantry } from "./testing/command-line.ts";
import { killStarted } from "./testing/processes.ts";

const PLATFORM = ["--platform", HARBOR_PLATFORM_FILE];

describe("bin/tenantry when it is stopped", () => {
  let database: TestDatabase;
  let client: pg.Client;
  let folder: string;
  let environment: { TENANTRY_DATABASE_URL: string };

  beforeAll(async () => {
    database = await createTestDatabase("harbor");
    client = await database.connect();
    environment = { TENANTRY_DATABASE_URL: database.url };
    folder = await mkdtemp(join(tmpdir(), "tenantry-stops-"));
    // So much that an export is still reading when the signal comes.
    await client.query("BEGIN");
    await client.query("SET LOCAL session_replication_role = replica");
    await client.query(
      `INSERT INTO audit_events (organization_id, action, subject_type, data)
       SELECT id, 'tick', 'clock', '{}' FROM organizations, generate_series(1, 150000) WHERE slug = 'saltmarsh'`,
    );
    await client.query("COMMIT");
  });
  afterAll(async () => {
    killStarted();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it("leaves no file of an export, and says so with exit code 3", async () => {
    const args = ["export", ...PLATFORM, "--tenant", "saltmarsh", "--out", folder, "--json"];
    const running = startTenantry(args, environment);
    const stdout = text(running.child.stdout!);
    while (!(await readdir(folder)).some((name) => name.endsWith(".partial"))) await sleep(2);
    running.child.kill("SIGINT");
    const code = await running.ends();
    expect(documentOf({ stdout: await stdout, code })).toMatchObject({
      exitCode: 3,
      findings: [{ code: "interrupted", severity: "blocks" }],
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("rolls an import back in the middle of its load, and a second run goes through", async () => {
    const bundle = join(folder, "tern.tar.gz");
    const out = ["--tenant", "tern-island", "--out", bundle];
    const exported = documentOf(await runTenantry(["export", ...PLATFORM, ...out, "--json"], environment));
    const domains: string[] = exported.result.tenant.domains;
    const renamed = domains.flatMap((domain) => ["--new-domain", `${domain}=copy.${domain}`]);
    const args = ["import", bundle, ...PLATFORM, "--new-slug", "tern-copy", ...renamed, "--unreviewed"];

    // Another session is about to take one of the names: the load waits for its outcome.
    const other = await database.connect();
    await other.query("BEGIN");
    await other.query(
      "INSERT INTO domains (organization_id, hostname) SELECT id, $1 FROM organizations WHERE slug = 'saltmarsh'",
      [`copy.${domains[0]}`],
    );
    const running = startTenantry(args, environment);
    const stderr = text(running.child.stderr!);
    await waits(client);
    running.child.kill("SIGTERM");
    expect(await running.ends()).toBe(3);
    expect(await stderr).toContain("The command was interrupted. Nothing was imported. Run it again.");
    await other.query("ROLLBACK");
    expect(await named(client, "tern-copy")).toBe(0);

    expect((await runTenantry(args, environment)).code).toBe(0);
    expect(await named(client, "tern-copy")).toBe(1);
  });

  it("says what became of an import whose connection was cut", async () => {
    const bundle = join(folder, "tern.tar.gz");
    const args = ["import", bundle, ...PLATFORM, "--new-slug", "tern-2", "--unreviewed", "--json"];
    const { domains } = documentOf(await runTenantry(["verify", bundle, "--json"])).result.tenant;
    for (const domain of domains) args.push("--new-domain", `${domain}=second.${domain}`);
    const other = await database.connect();
    await other.query("BEGIN");
    await other.query(
      "INSERT INTO domains (organization_id, hostname) SELECT id, $1 FROM organizations WHERE slug = 'saltmarsh'",
      [`second.${domains[0]}`],
    );
    const running = startTenantry(args, environment);
    const stdout = text(running.child.stdout!);
    await waits(client);
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tenantry import' AND datname = current_database()",
    );
    const code = await running.ends();
    await other.query("ROLLBACK");
    const document = documentOf({ stdout: await stdout, code });
    expect(document).toMatchObject({ exitCode: 3, findings: [{ code: "connection-lost" }] });
    expect(await named(client, "tern-2")).toBe(0);
  });
});

describe("bin/tenantry before a server that never answers", () => {
  let silent: Server;
  let url: string;
  const password = "open-sesame-4711";
  beforeAll(async () => {
    silent = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    url = `postgres://somebody:${password}@127.0.0.1:${port}/anything`;
  });
  afterAll(() => {
    killStarted();
    silent.close();
  });

  it("hides the address from the process list, and ends at once at the second signal", async () => {
    const accepted = new Promise((resolve) => silent.once("connection", resolve));
    const running = startTenantry(["model", ...PLATFORM, "--database", url]);
    await accepted;
    const seen = await readFile(`/proc/${running.child.pid}/cmdline`, "utf8");
    expect(seen).toMatch(/^tenantry model/);
    expect(seen).not.toContain(password);
    running.child.kill("SIGINT");
    await running.prints("Stopping; press Ctrl-C again to end at once.");
    // Longer than what counts as one press where a bootstrap stands in between.
    await sleep(300);
    running.child.kill("SIGINT");
    expect(await running.ends()).toBe(3);
    expect(running.output()).not.toContain(password);
  });
});

/** Until the import waits for another session's lock. */
async function waits(client: pg.Client): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database()
          AND application_name = 'tenantry import' AND wait_event_type = 'Lock'`,
    );
    if (rowCount === 1) return;
    await sleep(10);
  }
}

async function named(client: pg.Client, slug: string): Promise<number> {
  return (await client.query("SELECT FROM organizations WHERE slug = $1", [slug])).rowCount ?? 0;
}
