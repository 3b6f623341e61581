/** Where the tests' files lie: in memory where there is enough of it. */
import { chmodSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownFolder, removeAbandoned, THROWAWAY } from "../postgres/server/abandoned.ts";

/** Where Linux keeps files in memory. A thousand databases are made and dropped, of three hundred files each. */
const MEMORY = "/dev/shm";
/** Bytes: a container may have very little of it, and the tests need one gigabyte at most. */
const ENOUGH = 4 * 2 ** 30;

/** `/dev/shm`, or the system's temporary folder. */
export function quickestFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/**
 * Has this process and those that come of it keep their temporary files in a folder of their own there: dozens of
 * servers with a thousand files each, most of them a child's. The next run removes what one that is killed leaves.
 *
 * @returns what removes it
 */
export function keepTemporaryFilesThere(): () => void {
  const before = process.env.TMPDIR;
  const within = quickestFolder();
  removeAbandoned(within);
  const folder = mkdtempSync(join(within, THROWAWAY));
  ownFolder(folder);
  // Servers run as another user, whose way leads through here.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true, force: true });
  };
}
