/** vitest's global set-up: one embedded server for the whole run, gone with everything in it afterwards. */
import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import type { TestProject } from "vitest/node";
import { findServerBinaries, serverBinariesAt } from "../postgres/server/binaries.ts";
import { startThrowawayServer } from "../postgres/server/throwaway.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The superuser's URL of the database `postgres` on the run's own server. */
    readonly postgresUrl: string;
    /** For example 18. */
    readonly postgresMajor: number;
  }
}

const CONNECTIONS = 60;

/** Where Linux keeps files in memory. A thousand databases are made and dropped, of three hundred files each. */
const MEMORY = "/dev/shm";
/** Bytes: a container may have very little of it, and the tests need one gigabyte at most. */
const ENOUGH = 4 * 2 ** 30;

/** The folder for the server's data: in memory where there is enough of it. */
function folderOfServer(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The folder of a package with another major version: `npm run soak` names it.
  const other = process.env.TENANTRY_TEST_SERVER;
  const programs = other === undefined ? findServerBinaries() : serverBinariesAt(other);
  const server = await startThrowawayServer(CONNECTIONS, programs, folderOfServer());
  project.provide("postgresUrl", server.url);
  project.provide("postgresMajor", Number(programs.major));
  return server.stop;
}
