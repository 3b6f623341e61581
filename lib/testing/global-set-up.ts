/** vitest's global set-up: one embedded server for the whole run, gone with everything in it afterwards. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findServerBinaries } from "../postgres/server/binaries.ts";
import { initialiseDataFolder } from "../postgres/server/initialise.ts";
import { reachableBinaries } from "../postgres/server/reachable.ts";
import { findFreePort, startServer } from "../postgres/server/server.ts";
import { giveTo, serverUser } from "../postgres/server/system-user.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The superuser's URL of the database `postgres` on the run's own server. */
    readonly postgresUrl: string;
  }
}

/** A server for data that nobody needs: as fast as it gets, and safe against nothing. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "60",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  autovacuum: "off",
  timezone: "UTC",
};

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const user = serverUser();
  const home = mkdtempSync(join(realpathSync(tmpdir()), "tenantry-test-"));
  try {
    chmodSync(home, 0o711);
    giveTo(user, home);
    const binaries = reachableBinaries(findServerBinaries(), user);
    const password = randomBytes(18).toString("base64url");
    const folder = join(home, "data");
    await initialiseDataFolder({ binaries, folder, user, password, throwaway: true });
    const port = await findFreePort();
    const log = join(home, "server.log");
    const settings = SETTINGS;
    const server = await startServer({ binaries, folder, user, port, log, settings, removeAfterwards: home });
    project.provide("postgresUrl", `postgres://postgres:${password}@127.0.0.1:${port}/postgres`);
    return () => server.stop();
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}
