/**
 * After a start that was killed, its server may still be writing its last checkpoint, or, where the supervisor
 * was killed too, be running on its own. It is ours when its command line names our data folder.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { staleLock } from "../../lib/postgres/server/problems.ts";
import { commandOf } from "./start-lock.ts";

/** How long to wait before asking it to stop, and before giving up, in milliseconds. */
const ASK_AFTER = 2_000;
const GIVE_UP_AFTER = 20_000;

/** Waits until no server of ours runs over the data folder. Refuses with `stale-lock` when one will not go. */
export async function awaitFormerServer(folder: string, say: (sentence: string) => void): Promise<void> {
  const since = Date.now();
  let asked = false;
  for (let pid = runningServer(folder); pid !== null; pid = runningServer(folder)) {
    const waited = Date.now() - since;
    if (waited > GIVE_UP_AFTER) throw staleLock(folder, String(pid));
    if (waited > ASK_AFTER && !asked) {
      asked = true;
      say("Stopping the server that an earlier start has left behind …");
      process.kill(pid, "SIGINT");
    }
    await sleep(50);
  }
}

function runningServer(folder: string): number | null {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(join(folder, "postmaster.pid"), "utf8"), 10);
  } catch {
    return null;
  }
  // The supervisor's command line names the folder too, but its process id is not in postmaster.pid.
  return pid > 0 && commandOf(pid).includes(`-D ${folder}`) ? pid : null;
}
