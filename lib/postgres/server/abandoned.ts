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
    if (isAbandoned(home)) rmSync(home, { recursive: true, force: true });
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
