/** Where `npm start` keeps things: ./var in the clone, or the folder that TENANTRY_VAR names. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal } from "../../lib/findings/finding.ts";
import type { ServerBinaries } from "../../lib/postgres/server/binaries.ts";
import { initialiseDataFolder, isInitialised } from "../../lib/postgres/server/initialise.ts";
import { substituteFolder } from "../../lib/postgres/server/reachable.ts";
import { closedFolder, type SystemUser } from "../../lib/postgres/server/system-user.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Home {
  /** Lock, log and environment file. */
  readonly folder: string;
  /** Data and password. Differs from `folder` where the server's user cannot reach that. */
  readonly postgres: string;
  /** The folder's path as a person would type it from the clone. */
  readonly shown: string;
}

/** Makes the folders. Others may pass through them, and see nothing: the server may run as another user. */
export function openHome(user: SystemUser | null): Home {
  const folder = process.env.TENANTRY_VAR ? resolve(process.env.TENANTRY_VAR) : join(ROOT, "var");
  mkdirSync(folder, { recursive: true });
  const reachable = closedFolder(folder, user) === null ? folder : substituteFolder(folder, user);
  const postgres = join(reachable, "postgres");
  mkdirSync(postgres, { recursive: true, mode: 0o711 });
  chmodSync(postgres, 0o711);
  return { folder, postgres, shown: process.env.TENANTRY_VAR ? folder : "var" };
}

/**
 * The data folder of this server's major version and the superuser's password, both made at the first start.
 * An initdb that was interrupted is begun again: only a whole data folder gets its name.
 */
export async function openDataFolder(
  home: Home,
  binaries: ServerBinaries,
  user: SystemUser | null,
): Promise<{ folder: string; password: string }> {
  const folder = join(home.postgres, binaries.major);
  const passwordFile = join(home.postgres, `${binaries.major}.password`);
  if (isInitialised(folder, binaries)) {
    if (existsSync(passwordFile)) return { folder, password: readFileSync(passwordFile, "utf8") };
    throw new Refusal({
      code: "password-missing",
      severity: "blocks",
      where: passwordFile,
      what: "The file with the demo server's password is gone.",
      todo: `Put it back, or delete ${folder}: the demo is filled again.`,
    });
  }
  const password = randomBytes(24).toString("base64url");
  const unfinished = `${folder}.partial`;
  rmSync(unfinished, { recursive: true, force: true });
  await initialiseDataFolder({ binaries, folder: unfinished, user, password });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  renameSync(unfinished, folder);
  return { folder, password };
}
