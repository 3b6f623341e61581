/** vitest's global set-up: one embedded server for the whole run, gone with everything in it afterwards. */
import type { TestProject } from "vitest/node";
import { findServerBinaries, serverBinariesAt } from "../postgres/server/binaries.ts";
import { startThrowawayServer } from "../postgres/server/throwaway.ts";
import { keepTemporaryFilesThere } from "./memory.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The superuser's URL of the database `postgres` on the run's own server. */
    readonly postgresUrl: string;
    /** For example 18. */
    readonly postgresMajor: number;
  }
}

const CONNECTIONS = 60;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The folder of a package with another major version: `npm run soak` names it.
  const other = process.env.TENANTRY_TEST_SERVER;
  const programs = other === undefined ? findServerBinaries() : serverBinariesAt(other);
  const removeTemporaryFiles = keepTemporaryFilesThere();
  const server = await startThrowawayServer(CONNECTIONS, programs);
  project.provide("postgresUrl", server.url);
  project.provide("postgresMajor", Number(programs.major));
  return async () => {
    await server.stop();
    removeTemporaryFiles();
  };
}
