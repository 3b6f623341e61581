/** An embedded server for one use, a drill, a round trip or a run of tests, gone with everything in it afterwards. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownFolder, removeAbandoned, THROWAWAY } from "./abandoned.ts";
import { findServerBinaries, type ServerBinaries } from "./binaries.ts";
import { initialiseDataFolder } from "./initialise.ts";
import { reachableBinaries } from "./reachable.ts";
import { findFreePort, startServer } from "./server.ts";
import { giveTo, serverUser } from "./system-user.ts";

export interface ThrowawayServer {
  /** The superuser's URL of the database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** For data that nobody needs: as fast as it gets, and safe against nothing. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  // A new segment of the log is written as it is needed, and not with zeros before.
  wal_init_zero: "off",
  autovacuum: "off",
  timezone: "UTC",
};

/**
 * Starts it on a free port. It ends with this process, however that ends; what a process leaves that is killed before
 * its server runs, the next one's start removes.
 *
 * @param programs of another major version than the one that comes with the packages
 * @param within the folder for its data; the system's temporary one when left out
 */
export async function startThrowawayServer(
  connections: number,
  programs: ServerBinaries = findServerBinaries(),
  within: string = tmpdir(),
): Promise<ThrowawayServer> {
  const user = serverUser();
  const temporary = realpathSync(within);
  removeAbandoned(temporary);
  const home = mkdtempSync(join(temporary, THROWAWAY));
  try {
    ownFolder(home);
    chmodSync(home, 0o711);
    giveTo(user, home);
    const binaries = reachableBinaries(programs, user);
    const password = randomBytes(18).toString("base64url");
    const folder = join(home, "data");
    await initialiseDataFolder({ binaries, folder, user, password, throwaway: true });
    const port = await findFreePort();
    const log = join(home, "server.log");
    const settings = { ...SETTINGS, max_connections: String(connections) };
    const server = await startServer({ binaries, folder, user, port, log, settings, removeAfterwards: home });
    return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}
