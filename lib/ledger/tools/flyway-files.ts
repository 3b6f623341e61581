/** Flyway's folder: `V<version>__<description>.sql`, by version, then `R__<description>.sql`, by description. */
import { readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { crc32 } from "node:zlib";
import type { Finding } from "../../findings/finding.ts";
import { listed, misnamed, readFolder, readMigrationText } from "../folder.ts";
import type { MigrationFile } from "../ledger.ts";
import { splitStatements } from "../split-statements.ts";

const NAME = /^(?:V([^_]+(?:_[^_]+)*)|(R))__(.*)\.(sql|java|kt|class)$/;

/** What Flyway knows that no transaction takes. */
const WITHOUT_TRANSACTION = [
  /^(CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)\b/i,
  /^ALTER SYSTEM\b/i,
  /^(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY\b/i,
  /^REINDEX( VERBOSE)? (SCHEMA|DATABASE|SYSTEM)\b/i,
  /^VACUUM\b/i,
  /^DISCARD ALL\b/i,
];

/**
 * The migrations of the folder and those below it. A repeatable one has its name for a version: `R__views`.
 *
 * @throws Refusal `migrations-unreadable`, `migration-misnamed`, `migration-version-twice` and the like
 */
export async function listFlywayFiles(folder: string): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const files: MigrationFile[] = [];
  const names = await namesBelow(folder, folder);
  for (const name of names) {
    const [, version, repeatable, description = ""] = NAME.exec(name.split("/").at(-1)!) ?? [];
    if (version === undefined && repeatable === undefined) continue;
    const path = join(folder, name);
    const { text } = await readMigrationText(path, findings);
    const dotted = version?.replaceAll("_", ".") ?? `R__${description}`;
    if (version !== undefined && !/^\d+(\.\d+)*$/.test(dotted)) findings.push(misnamed(path, WHAT, REMEDY));
    const isCode = extname(name) !== ".sql";
    files.push({
      version: dotted,
      name: description.replaceAll("_", " "),
      path,
      checksum: isCode ? "" : flywayChecksum(text),
      transactional: !names.includes(`${name}.conf`)
        ? isTransactional(text)
        : !/^\s*executeInTransaction\s*=\s*false\s*$/m.test(await readFile(`${path}.conf`, "utf8")),
      sql: text,
      noted: relative(folder, path),
      ...(isCode ? { code: true as const } : {}),
    });
  }
  return listed(findings.length > 0 ? files : files.sort(inOrder), findings);
}

const WHAT = "the file's version is not made of numbers, dots and underscores, and Flyway refuses it";
const REMEDY = "rename it to `V<version>__<description>.sql`, or move it out of the folder";

async function namesBelow(root: string, folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name, isFolder } of await readFolder(folder)) {
    const path = join(folder, name);
    if (isFolder) names.push(...(await namesBelow(root, path)));
    else names.push(relative(root, path));
  }
  return names;
}

export const isRepeatable = (version: string) => version.startsWith("R__");

function inOrder(a: MigrationFile, b: MigrationFile): number {
  const [left, right] = [isRepeatable(a.version), isRepeatable(b.version)];
  if (left !== right) return left ? 1 : -1;
  return left ? (a.name < b.name ? -1 : 1) : compareVersions(a.version, b.version);
}

/** Number by number; what is missing counts as zero: 1.0 is 1. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(BigInt), b.split(".").map(BigInt)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0n) - (right[at] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}

/** CRC-32 over the lines in UTF-8 without what ends them and without a byte order mark, as a signed 32-bit number. */
export function flywayChecksum(text: string): string {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  return String(crc32(lines.join("")) | 0);
}

function isTransactional(text: string): boolean {
  return !splitStatements(text).some((statement) => {
    const simple = statement.text
      .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ")
      .replaceAll(/\s+/g, " ")
      .trim();
    return WITHOUT_TRANSACTION.some((pattern) => pattern.test(simple));
  });
}
