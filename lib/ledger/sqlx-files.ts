/**
 * sqlx's folder: `<version>_<description>.sql`, or a pair of `.up.sql` and `.down.sql`; everything else in it is
 * ignored, as sqlx does. The version is an i64, so `0007` and `7` are the same migration.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "../findings/finding.ts";
import { Refusal } from "../findings/finding.ts";
import type { MigrationFile } from "./ledger.ts";

const NAME = /^([^_]*)_(.*\.sql)$/;
const MAX_VERSION = 2n ** 63n - 1n;

/**
 * The folder's migrations by ascending version, those that go down left out. The checksum is SHA-384 (hex) of
 * the file's bytes; a file that starts with `-- no-transaction` runs outside a transaction.
 *
 * Rejects with a Refusal: `migrations-unreadable`, `migration-misnamed`, `migration-version-twice`,
 * `migration-not-utf8`.
 */
export async function listSqlxFiles(folder: string): Promise<MigrationFile[]> {
  const names = await readFolder(folder);
  const files: MigrationFile[] = [];
  const findings: Finding[] = [];
  for (const name of names) {
    const parts = NAME.exec(name);
    if (parts === null || name.endsWith(".down.sql")) continue;
    const [, digits = "", rest = ""] = parts;
    if (!/^[0-9]+$/.test(digits) || BigInt(digits) > MAX_VERSION) findings.push(misnamed(join(folder, name)));
    else files.push(await readMigration(join(folder, name), digits, rest, findings));
  }
  files.sort((a, b) => (BigInt(a.version) < BigInt(b.version) ? -1 : 1));
  findings.push(...sameVersionTwice(files));
  if (findings.length > 0) throw new Refusal(findings);
  return files;
}

async function readFolder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    const what = `the folder of migrations cannot be read (${code})`;
    const todo = "name an existing folder under `migrations:` in the platform file";
    const finding: Finding = { code: "migrations-unreadable", severity: "blocks", where: folder, what, todo };
    throw new Refusal(finding, { cause });
  }
}

async function readMigration(path: string, digits: string, rest: string, findings: Finding[]) {
  const bytes = await readFile(path);
  // sqlx reads the file as a Rust string: bytes that are not UTF-8 stop it, a byte order mark is kept.
  const sql = bytes.toString("utf8");
  if (!Buffer.from(sql, "utf8").equals(bytes)) {
    const what = "the migration is not valid UTF-8, so the tool itself could not have applied it";
    findings.push({ code: "migration-not-utf8", severity: "blocks", where: path, what });
  }
  return {
    version: BigInt(digits).toString(),
    name: rest.replace(/(\.up)?\.sql$/, "").replaceAll("_", " "),
    path,
    checksum: createHash("sha384").update(bytes).digest("hex"),
    transactional: !sql.startsWith("-- no-transaction"),
    sql,
  };
}

function misnamed(path: string): Finding {
  return {
    code: "migration-misnamed",
    severity: "blocks",
    where: path,
    what: "the file's name does not start with a version number, and sqlx refuses the whole folder",
    todo: "rename it to `<digits>_<description>.sql`, or move it out of the folder",
  };
}

function sameVersionTwice(files: readonly MigrationFile[]): Finding[] {
  return files
    .filter((file, i) => files[i - 1]?.version === file.version)
    .map((file) => ({
      code: "migration-version-twice",
      severity: "blocks",
      where: file.path,
      what: `a second migration claims version ${file.version}`,
      todo: "give one of the two files another version",
    }));
}
