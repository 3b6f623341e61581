import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { tooOld } from "./connection-finding.ts";
import { lookAt } from "./look.ts";
import { makePlannerRole } from "./planner-role.ts";

const ROLE = `stranger_${randomBytes(4).toString("hex")}`;
const PASSWORD = "hunter2";

let database: TestDatabase;
let webServer: Server;
let url: URL;
beforeAll(async () => {
  database = await createTestDatabase("empty");
  url = new URL(await makePlannerRole(database.url, ROLE, PASSWORD));
  webServer = createServer((socket) => socket.resume().end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await new Promise<void>((done) => webServer.listen(0, "127.0.0.1", done));
}, 120_000);
afterAll(async () => {
  const client = await database.connect();
  await client.query(`ALTER ROLE ${ROLE} NOLOGIN`);
  await database.drop();
  await new Promise((done) => webServer.close(done));
});

/** The finding that a look at the address, changed so, ends with. */
async function said(change: (address: URL) => void) {
  const address = new URL(url);
  change(address);
  const error = await lookAt(address.href, "there", { login: "runner" }).catch((reason: unknown) => reason);
  if (!(error instanceof Refusal)) throw new Error(`not refused: ${error}`);
  expect(JSON.stringify(error.findings)).not.toContain(PASSWORD);
  return error.findings[0]!;
}

describe("an address that leads nowhere", () => {
  it("is right as it stands", async () => {
    expect((await lookAt(url.href, "there")).catalog.role.name).toBe(ROLE);
  });

  it("says which part of it is wrong: host, port, password, user, database", async () => {
    expect(await said((address) => (address.hostname = "no-such-host.invalid"))).toMatchObject({
      code: "database-unreachable",
      what: "The runner's connection: there is no host called no-such-host.invalid.",
    });
    expect((await said((address) => (address.port = "1"))).what).toContain("nothing accepts connections at");
    expect(await said((address) => (address.password = "wrong"))).toMatchObject({
      code: "login-refused",
      what: expect.stringContaining(`password of the user ${ROLE}`),
    });
    expect((await said((address) => (address.username = "nobody_at_all"))).code).toBe("login-refused");
    expect(await said((address) => (address.pathname = "/no_such_database"))).toMatchObject({
      code: "database-unknown",
      what: expect.stringContaining("no_such_database"),
    });
  });

  it("says that what answers is no PostgreSQL", async () => {
    const { port } = webServer.address() as { port: number };
    const finding = await said((address) => {
      address.hostname = "127.0.0.1";
      address.port = String(port);
    });
    expect(finding.code).toBe("not-postgres");
  });

  it("names the GRANT where the role may not connect", async () => {
    const admin = await database.connect();
    await admin.query(`REVOKE CONNECT ON DATABASE "${url.pathname.slice(1)}" FROM PUBLIC`);
    const finding = await said(() => {});
    await admin.query(`GRANT CONNECT ON DATABASE "${url.pathname.slice(1)}" TO PUBLIC`);
    expect(finding).toMatchObject({
      code: "no-connect",
      todo: `GRANT CONNECT ON DATABASE "${url.pathname.slice(1)}" TO "${ROLE}";`,
    });
  });
});

it("refuses a server that is older than PostgreSQL 14", () => {
  expect(tooOld(130_022, "there")).toMatchObject({
    code: "server-too-old",
    what: expect.stringContaining("PostgreSQL 13"),
  });
  expect(tooOld(140_000, "there")).toBeNull();
});
