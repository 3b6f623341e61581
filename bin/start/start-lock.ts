/** One start at a time over one var folder: a file with the process id of the start that runs. */
import { execFileSync } from "node:child_process";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../lib/findings/finding.ts";

/**
 * Takes the lock and returns what gives it back. A lock whose process is gone, or is another program by now, is
 * taken over. Refuses with `already-running`.
 */
export function takeStartLock(folder: string): () => void {
  const file = join(folder, "start.lock");
  for (;;) {
    if (create(file)) return () => rmSync(file, { force: true });
    const pid = Number(readOwner(file));
    if (pid > 0 && commandOf(pid).includes("start.ts")) {
      throw new Refusal({
        code: "already-running",
        severity: "blocks",
        where: file,
        what: `Tenantry is already running here (process ${pid}).`,
        todo: `Use that one, or stop it with Ctrl-C in its terminal or \`kill ${pid}\`.`,
      });
    }
    rmSync(file, { force: true });
  }
}

/** Makes the file whole or not at all: nobody ever sees it without its process id. */
function create(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid), { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(own);
  }
}

/** The command line of a process that runs, else an empty text. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    // No /proc (macOS), or no such process: ps knows.
  }
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
