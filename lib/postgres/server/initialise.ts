/** Making a data folder: initdb (PostgreSQL documentation, 18.2 Creating a Database Cluster). */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ServerBinaries } from "./binaries.ts";
import { noDiskSpace, otherVersion, serverDidNotStart, userWithoutName } from "./problems.ts";
import { giveTo, type SystemUser } from "./system-user.ts";

export interface NewDataFolder {
  readonly binaries: ServerBinaries;
  readonly folder: string;
  readonly user: SystemUser | null;
  /** Of the superuser `postgres`. */
  readonly password: string;
  /** For data that nobody needs: sooner made, and sooner connected to. */
  readonly throwaway?: boolean;
}

/** What a fresh data folder and the first write-ahead log need, in bytes, with room to work. */
const NEEDED_BYTES = 200 * 1024 * 1024;

/**
 * Whether the folder holds a data folder of this major version. Refuses with `data-folder-other-version` where
 * it holds another one's.
 */
export function isInitialised(folder: string, binaries: ServerBinaries): boolean {
  const file = join(folder, "PG_VERSION");
  if (!existsSync(file)) return false;
  const found = readFileSync(file, "utf8").trim();
  if (found !== binaries.major) throw otherVersion(folder, found, binaries.major);
  return true;
}

/**
 * Runs initdb in an empty folder: superuser `postgres` with the password, SCRAM for every connection, UTF8.
 * Refuses with `no-disk-space`, or `server-did-not-start` with initdb's own last words.
 */
export async function initialiseDataFolder(options: NewDataFolder): Promise<void> {
  const { binaries, folder, user } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < NEEDED_BYTES) throw noDiskSpace(folder);
  giveTo(user, folder);
  // The password travels in a file that only the server's user can read: arguments are visible to everybody.
  const secrets = mkdtempSync(join(options.throwaway ? dirname(folder) : tmpdir(), "tenantry-initdb-"));
  const passwordFile = join(secrets, "password");
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  giveTo(user, secrets);
  giveTo(user, passwordFile);
  try {
    const { code, errors } = await run(
      binaries.initdb,
      [
        `--pgdata=${folder}`,
        "--username=postgres",
        "--auth=scram-sha-256",
        `--pwfile=${passwordFile}`,
        "--encoding=UTF8",
        // macOS has had C.UTF-8 only since its version 15.
        process.platform === "darwin" ? "--locale=C" : "--locale=C.UTF-8",
        "--no-instructions",
        ...(options.throwaway ? quickly(binaries) : []),
      ],
      user,
      dirname(folder),
    );
    if (code === 0) return;
    if (errors.includes("No space left on device")) throw noDiskSpace(folder);
    const nameless = /could not look up effective user ID (\d+)/.exec(errors);
    if (nameless !== null) throw userWithoutName(nameless[1] as string);
    throw serverDidNotStart(folder, lastLine(errors).replace(/\.$/, ""));
  } finally {
    rmSync(secrets, { recursive: true, force: true });
  }
}

/**
 * Nothing is waited for at the end, and a connection costs no thousands of hashes: they are against guessing, and its
 * passwords are random (PostgreSQL documentation, 19.3.2, scram_iterations; initdb takes settings since 16).
 */
function quickly({ major }: ServerBinaries): string[] {
  return ["--no-sync", ...(Number(major) < 16 ? [] : ["--set=scram_iterations=1"])];
}

function run(
  program: string,
  args: readonly string[],
  user: SystemUser | null,
  cwd: string,
): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, errors }));
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
