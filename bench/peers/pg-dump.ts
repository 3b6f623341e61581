/**
 * `pg_dump` of a database that holds nothing but the tenant: what an operator has today who gave each tenant a database.
 * It keeps rows, and knows nothing of tenants, ids or proofs; it stands beside the export for its size, not as a peer.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { timed } from "../measure/rounds.ts";
import { runShell, shellWord } from "../tools.ts";

/** Whether this machine's reads a server of this major version: it refuses newer ones. */
export function dumpReads(major: string): boolean {
  const { stdout, status } = spawnSync("pg_dump", ["--version"], { encoding: "utf8" });
  const own = /\d+/.exec(stdout ?? "")?.[0];
  return status === 0 && own !== undefined && Number(own) >= Number(major);
}

/** Seconds that one takes; what it wrote is removed. */
export async function dump(url: string, folder: string, options: string): Promise<number> {
  const output = join(folder, "dump");
  try {
    return await timed(() => runShell(`pg_dump ${options} -f ${shellWord(output)}`, url));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
