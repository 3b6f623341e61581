/** What reading a folder of migrations has in common, whatever the tool. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { type Finding, Refusal } from "../findings/finding.ts";
import type { MigrationFile } from "./ledger.ts";

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * The folder's entries by name, in the order of code units. Refusal `migrations-unreadable`.
 */
export async function readFolder(folder: string): Promise<FolderEntry[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    const what = `the folder of migrations cannot be read (${code})`;
    const todo = "name an existing folder under `migrations:` in the platform file";
    throw new Refusal(
      { code: "migrations-unreadable", severity: "blocks", where: folder, what, todo },
      { cause },
    );
  }
}

/** The names of those that are no folders. */
export async function readFileNames(folder: string): Promise<string[]> {
  return (await readFolder(folder)).filter(({ isFolder }) => !isFolder).map(({ name }) => name);
}

export interface MigrationText {
  readonly bytes: Buffer;
  readonly text: string;
}

/** The file, as text too. Bytes that are not UTF-8 are a finding: `migration-not-utf8`. */
export async function readMigrationText(path: string, findings: Finding[]): Promise<MigrationText> {
  const bytes = await readFile(path);
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes)) {
    const what = "the migration is not valid UTF-8, so the tool itself could not have applied it";
    findings.push({ code: "migration-not-utf8", severity: "blocks", where: path, what });
  }
  return { bytes, text };
}

export function sha256(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** `migration-version-twice` for each file whose version one before it has. */
export function sameVersionTwice(files: readonly MigrationFile[]): Finding[] {
  const seen = new Set<string>();
  return files.flatMap(({ version, path }) => {
    if (!seen.has(version)) {
      seen.add(version);
      return [];
    }
    const what = `a second migration claims version ${version}`;
    const todo = "give one of the two files another version";
    return [{ code: "migration-version-twice", severity: "blocks" as const, where: path, what, todo }];
  });
}

/** The files, unless something was found: then a Refusal of that, and of versions that are there twice. */
export function listed(files: MigrationFile[], findings: readonly Finding[] = []): MigrationFile[] {
  const found = [...findings, ...sameVersionTwice(files)];
  if (found.length > 0) throw new Refusal(found);
  return files;
}

export function misnamed(path: string, what: string, todo: string): Finding {
  return { code: "migration-misnamed", severity: "blocks", where: path, what, todo };
}
