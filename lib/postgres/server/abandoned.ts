/** Folders of throwaway servers whose owner was killed before its server ran: nobody else would remove them. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

export const THROWAWAY = "tenantry-throwaway-";
const OWNER = "owner";

/** Notes in a throwaway server's folder whose it is. */
export function ownFolder(home: string): void {
  writeFileSync(join(home, OWNER), `${hostname()} ${process.pid}\n`);
}

/** Removes what nobody owns any more, as far as this machine can tell: another one's processes it does not see. */
export function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(THROWAWAY)) continue;
    const home = join(folder, name);
    if (isAbandoned(home)) removeHome(home);
  }
}

/**
 * Its owner's name goes last. An initdb outlives whoever started it by a moment: where it still writes, the rest is left
 * for the next start, which knows it by that name.
 */
function removeHome(home: string): void {
  try {
    for (const name of readdirSync(home))
      if (name !== OWNER) rmSync(join(home, name), { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOENT") throw error;
  }
}

function isAbandoned(home: string): boolean {
  try {
    const [host, pid] = readFileSync(join(home, OWNER), "utf8").trim().split(" ");
    return host === hostname() && !isAlive(Number(pid));
  } catch {
    // It is being made at this moment, or is gone already, or is another user's.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
