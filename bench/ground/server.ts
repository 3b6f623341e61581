/** The benchmark's own server: set like one that keeps data, with nothing going on beside what is measured. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type OtherMajor, otherServer } from "../../bin/checks/other-server.ts";
import { Refusal } from "../../lib/findings/finding.ts";
import { findServerBinaries, serverBinariesAt } from "../../lib/postgres/server/binaries.ts";
import { initialiseDataFolder } from "../../lib/postgres/server/initialise.ts";
import { reachableBinaries, substituteFolder } from "../../lib/postgres/server/reachable.ts";
import { findFreePort, startServer } from "../../lib/postgres/server/server.ts";
import { closedFolder, giveTo, type SystemUser, serverUser } from "../../lib/postgres/server/system-user.ts";

/** Results stay here, in var/bench of the clone. */
export const RESULTS = fileURLToPath(new URL("../../var/bench", import.meta.url));

/**
 * Durable as a real server is (fsync, full page writes and synchronous commits are on). Checkpoints come when the
 * benchmark asks for one, before each run, and autovacuum not at all: either would hit one side and not the other.
 */
export const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: "1GB",
  maintenance_work_mem: "256MB",
  max_wal_size: "8GB",
  checkpoint_timeout: "1h",
  autovacuum: "off",
  timezone: "UTC",
};

/** What a tenant's row needs at the most, in bytes: source and twin with the others, a clone, files, WAL. */
const BYTES_PER_ROW = 6_000;
/** The server itself, and the smallest set-up. */
const LEAST_BYTES = 2 * 1024 ** 3;

export interface Ground {
  /** Superuser's URL of the database `postgres`. */
  readonly url: string;
  readonly version: string;
  readonly major: string;
  /** For bundles and the peers' files; removed with everything else. */
  readonly files: string;
  close(): Promise<void>;
}

/**
 * Starts the server on a fresh data folder below var/bench. However this process ends, the server stops and the
 * folder goes. Refuses with `no-disk-space` where the largest size would not fit.
 */
export async function openGround(largest: number, postgres: OtherMajor | null = null): Promise<Ground> {
  const user = serverUser();
  const home = makeHome(user);
  try {
    refuseSmallDisk(home, LEAST_BYTES + largest * BYTES_PER_ROW);
    const found = postgres === null ? findServerBinaries() : serverBinariesAt(otherServer(postgres));
    const binaries = reachableBinaries(found, user);
    const password = randomBytes(18).toString("base64url");
    const folder = join(home, "data");
    await initialiseDataFolder({ binaries, folder, user, password });
    const files = join(home, "files");
    mkdirSync(files);
    const server = await startServer({
      binaries,
      folder,
      user,
      port: await findFreePort(),
      log: join(home, "server.log"),
      settings: SERVER_SETTINGS,
      removeAfterwards: home,
    });
    const url = `postgres://postgres:${password}@127.0.0.1:${server.port}/postgres`;
    return { url, version: binaries.version, major: binaries.major, files, close: () => server.stop() };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** The server's user must be able to reach it; below a closed folder that is the system's temporary one. */
function makeHome(user: SystemUser | null): string {
  mkdirSync(RESULTS, { recursive: true });
  const parent = closedFolder(RESULTS, user) === null ? RESULTS : substituteFolder(RESULTS, user);
  const home = join(parent, `scratch-${process.pid}`);
  mkdirSync(home, { mode: 0o711 });
  chmodSync(home, 0o711);
  giveTo(user, home);
  return home;
}

function refuseSmallDisk(folder: string, needed: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= needed) return;
  const gigabytes = (bytes: number) => (bytes / 1024 ** 3).toFixed(1);
  throw new Refusal({
    code: "no-disk-space",
    severity: "blocks",
    where: folder,
    what: `The benchmark needs ${gigabytes(needed)} GB of disk, and ${gigabytes(bavail * bsize)} GB are free.`,
    todo: "Make room, or measure smaller sizes: `npm run bench -- --rows 20000,200000`.",
  });
}
