/** Where a platform's migrations lie on this machine. What a platform file says leads nowhere else. */
import { realpath } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { RegisteredPlatform } from "../../engine/contexts.ts";
import type { Finding } from "../../findings/finding.ts";

type Platform = Pick<RegisteredPlatform, "name" | "file" | "folder">;

/**
 * The folder that `migrations:` of the platform file names: below the one that was registered with the platform, or
 * else below the folder of the platform's name in `base`. The path has no links in it.
 *
 * @param base the folder that `TENANTRY_MIGRATIONS_FOLDER` names; null for none
 * @returns a finding where there is none: `migrations-not-named`, `migrations-without-folder`,
 *   `migrations-not-on-machine`, `migrations-unreadable`, `migrations-outside`
 */
export async function migrationsFolder(base: string | null, platform: Platform): Promise<string | Finding> {
  const { migrations } = platform.file;
  if (migrations === undefined) return finding("migrations-not-named", platform.name, ...NOT_NAMED);
  const named = typeof migrations === "string" ? migrations : migrations.folder;
  if (named === undefined) return finding("migrations-without-folder", platform.name, ...WITHOUT_FOLDER);
  const root = platform.folder ?? (base === null ? null : join(base, platform.name));
  if (root === null) return finding("migrations-not-on-machine", platform.name, ...NOT_ON_MACHINE);
  try {
    const [within, folder] = await Promise.all([realpath(root), realpath(resolve(root, named))]);
    return isBelow(folder, within) ? folder : finding("migrations-outside", named, ...OUTSIDE);
  } catch {
    return finding("migrations-unreadable", named, ...UNREADABLE);
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}

function finding(code: string, where: string, what: string, todo: string): Finding {
  return { code, severity: "warns", where, what, todo };
}

const NOT_NAMED = [
  "The platform file does not say where the platform's migrations lie.",
  "Add `migrations: ./migrations`, with the path in the platform's folder on the worker's machine.",
] as const;
const WITHOUT_FOLDER = [
  "The platform file names a command for its migrations, and no folder to read.",
  "Add the folder: `migrations: { command: …, folder: ./migrations }`.",
] as const;
const NOT_ON_MACHINE = [
  "The worker does not know where the platform's files lie on its machine.",
  "Set TENANTRY_MIGRATIONS_FOLDER to a folder with one folder for each platform, called as the platform is.",
] as const;
const OUTSIDE = [
  "The platform file names a folder outside of the platform's own.",
  "Put the migrations below it, or a copy of them.",
] as const;
const UNREADABLE = [
  "The folder that the platform file names is not there on the worker's machine, or may not be read.",
  "Look whether it is the worker's machine that has it, under TENANTRY_MIGRATIONS_FOLDER and the platform's name.",
] as const;
