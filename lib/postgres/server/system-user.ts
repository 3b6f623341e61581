/**
 * The operating system's user under whom the server runs. PostgreSQL refuses to run as root (documentation,
 * 18.1 The PostgreSQL User Account), so root hands it to an unprivileged user.
 */
import { chownSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Who runs the server: null means whoever runs this process. Root takes `postgres` where it exists, else `nobody`. */
export function serverUser(): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  return findUser("postgres") ?? findUser("nobody") ?? { name: "nobody", uid: 65534, gid: 65534 };
}

function findUser(name: string): SystemUser | null {
  let lines: string[];
  try {
    lines = readFileSync("/etc/passwd", "utf8").split("\n");
  } catch {
    return null;
  }
  for (const line of lines) {
    const [user, , uid, gid] = line.split(":");
    // macOS writes nobody's ids as -2, which spawn would not take.
    if (user === name && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

/** Gives a path to the server's user; nothing to do where the server runs as ourselves. */
export function giveTo(user: SystemUser | null, path: string): void {
  if (user !== null) chownSync(path, user.uid, user.gid);
}

/**
 * The first folder on the way to `path` that the user may not pass through (no execute permission for them), or
 * null where the way is free. The path itself is looked at too when it is a folder.
 */
export function closedFolder(path: string, user: SystemUser | null): string | null {
  if (user === null) return null;
  const folders: string[] = [];
  let folder = realpathSync(path);
  if (!statSync(folder).isDirectory()) folder = dirname(folder);
  for (;;) {
    folders.unshift(folder);
    if (dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  return folders.find((each) => !mayPass(each, user)) ?? null;
}

function mayPass(folder: string, user: SystemUser): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
