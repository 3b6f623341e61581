/**
 * drizzle's folder, in either of two layouts. Up to 0.45 `meta/_journal.json` names the files in their order;
 * from 1.0 on each migration is a folder `<14 digits>_<name>` with a `migration.sql`, in the order of their names.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { listed, misnamed, readFileNames, readFolder, readMigrationText, sha256 } from "../folder.ts";
import type { MigrationFile } from "../ledger.ts";

const journalSchema = z.object({
  entries: z.array(z.object({ when: z.number(), tag: z.string().regex(/^[^/\\]+$/) })),
});

const DATED = /^([0-9]{14})(?:_(.*))?$/;

/**
 * The migrations in the order in which drizzle applies them. A migration's version is the moment that it is dated
 * by, as 14 digits in UTC: the one thing that both layouts, and both ledgers, have in common.
 *
 * @throws Refusal `migrations-unreadable`, `migration-misnamed`, `migration-not-utf8`
 */
export async function listDrizzleFiles(folder: string): Promise<MigrationFile[]> {
  const entries = await readFolder(folder);
  const findings: Finding[] = [];
  const hasJournal =
    entries.some(({ name, isFolder }) => isFolder && name === "meta") &&
    (await readFileNames(join(folder, "meta"))).includes("_journal.json");
  const files = hasJournal ? await journalled(folder, findings) : await dated(folder, findings);
  return listed(files, findings);
}

async function journalled(folder: string, findings: Finding[]): Promise<MigrationFile[]> {
  const { entries } = await readJournal(join(folder, "meta", "_journal.json"));
  const versions = distinctVersions(entries.map(({ when }) => secondOf(when)));
  const files: MigrationFile[] = [];
  for (const [at, { tag, when }] of entries.entries()) {
    const path = join(folder, `${tag}.sql`);
    const read = await readText(path, findings);
    if (read !== null) files.push({ version: versions[at]!, name: tag, ...read, noted: String(when) });
  }
  return files;
}

async function readJournal(path: string): Promise<z.infer<typeof journalSchema>> {
  try {
    return journalSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    const what = "drizzle's journal cannot be read, or is none";
    const todo =
      "restore it from the platform's repository: it says which files are migrations, in which order";
    throw new Refusal(
      { code: "migrations-unreadable", severity: "blocks", where: path, what, todo },
      { cause },
    );
  }
}

async function dated(folder: string, findings: Finding[]): Promise<MigrationFile[]> {
  const names = (await readFolder(folder)).filter(({ isFolder }) => isFolder).map(({ name }) => name);
  const files: MigrationFile[] = [];
  for (const name of names.sort((a, b) => a.localeCompare(b))) {
    const path = join(folder, name, "migration.sql");
    if (!(await readFileNames(join(folder, name))).includes("migration.sql")) continue;
    const [, digits] = DATED.exec(name) ?? [];
    if (digits === undefined) findings.push(misnamed(path, WHAT, REMEDY));
    else files.push({ version: digits, name, ...(await readText(path, findings))! });
  }
  const versions = distinctVersions(files.map(({ version }) => version));
  return files.map((file, at) => ({ ...file, version: versions[at]! }));
}

const WHAT = "the folder's name does not start with 14 digits, by which drizzle dates a migration";
const REMEDY = "rename the folder as `drizzle-kit generate` would have, or move it out of the migrations";

/** Null, with a finding, where the journal names a file that is not there. */
async function readText(path: string, findings: Finding[]) {
  try {
    const { bytes, text } = await readMigrationText(path, findings);
    return { path, checksum: sha256(bytes), transactional: true, sql: text };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    const what = "the journal names this file, and it is not there: drizzle refuses the whole folder";
    const todo = "restore it from the platform's repository";
    findings.push({ code: "migrations-unreadable", severity: "blocks", where: path, what, todo });
    return null;
  }
}

/** Milliseconds since 1970 as 14 digits in UTC, the fraction cut off, as drizzle matches its old ledger to folders. */
export function secondOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return String(milliseconds);
  return date
    .toISOString()
    .replace(/\..*$/, "")
    .replaceAll(/[^0-9]/g, "");
}

/** Migrations of one second are told apart by their turn: `….2`, `….3`. */
export function distinctVersions(versions: readonly string[]): string[] {
  const turns = new Map<string, number>();
  return versions.map((version) => {
    const turn = (turns.get(version) ?? 0) + 1;
    turns.set(version, turn);
    return turn === 1 ? version : `${version}.${turn}`;
  });
}
