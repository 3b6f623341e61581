/** A clone may lie where the server's user cannot go (below /root, for example): then the programs are copied. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyServerBinaries, type ServerBinaries } from "./binaries.ts";
import { notTraversable } from "./problems.ts";
import { closedFolder, type SystemUser } from "./system-user.ts";

/**
 * The programs where the server's user can run them: in place, or a copy in the system's temporary folder.
 * Refuses with `path-not-traversable` where that is closed too.
 */
export function reachableBinaries(binaries: ServerBinaries, user: SystemUser | null): ServerBinaries {
  if (closedFolder(binaries.folder, user) === null) return binaries;
  return copyServerBinaries(binaries, join(substituteFolder(binaries.folder, user), "postgres"));
}

/**
 * A folder in the system's temporary folder that stands in for one that the server's user cannot reach, always
 * the same for the same path. It belongs to us and others may only pass through it.
 */
export function substituteFolder(path: string, user: SystemUser | null): string {
  const key = createHash("sha256").update(path).digest("hex").slice(0, 12);
  const folder = join(realpathSync(tmpdir()), `tenantry-${key}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  if (statSync(folder).uid !== process.getuid?.()) throw notTraversable(folder, path, user?.name ?? "you");
  chmodSync(folder, 0o711);
  const closed = closedFolder(folder, user);
  if (closed !== null) throw notTraversable(closed, path, user?.name ?? "you");
  return folder;
}
