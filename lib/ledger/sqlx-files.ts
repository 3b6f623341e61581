/**
 * sqlx's folder: `<version>_<description>.sql`, or a pair of `.up.sql` and `.down.sql`; everything else in it is
 * ignored, as sqlx does. The version is an i64, so `0007` and `7` are the same migration.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Finding } from "../findings/finding.ts";
import { listed, misnamed, readFileNames, readMigrationText } from "./folder.ts";
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
  const files: MigrationFile[] = [];
  const findings: Finding[] = [];
  for (const name of await readFileNames(folder)) {
    const parts = NAME.exec(name);
    if (parts === null || name.endsWith(".down.sql")) continue;
    const [, digits = "", rest = ""] = parts;
    const path = join(folder, name);
    if (!/^[0-9]+$/.test(digits) || BigInt(digits) > MAX_VERSION) findings.push(misnamed(path, WHAT, REMEDY));
    else files.push(await readMigration(path, digits, rest, findings));
  }
  files.sort((a, b) => (BigInt(a.version) < BigInt(b.version) ? -1 : 1));
  return listed(files, findings);
}

const WHAT = "the file's name does not start with a version number, and sqlx refuses the whole folder";
const REMEDY = "rename it to `<digits>_<description>.sql`, or move it out of the folder";

async function readMigration(path: string, digits: string, rest: string, findings: Finding[]) {
  // sqlx reads the file as a Rust string: bytes that are not UTF-8 stop it, a byte order mark is kept.
  const { bytes, text: sql } = await readMigrationText(path, findings);
  return {
    version: BigInt(digits).toString(),
    name: rest.replace(/(\.up)?\.sql$/, "").replaceAll("_", " "),
    path,
    checksum: createHash("sha384").update(bytes).digest("hex"),
    transactional: !sql.startsWith("-- no-transaction"),
    sql,
  };
}
