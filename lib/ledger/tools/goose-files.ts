/** goose's files: annotations in comments say which part goes up, and where a statement ends. Pure but for `list`. */
import { extname, join } from "node:path";
import type { Finding } from "../../findings/finding.ts";
import { listed, misnamed, readFileNames, readMigrationText } from "../folder.ts";
import type { MigrationFile } from "../ledger.ts";
import { byNumber, keepLines } from "./tool-table.ts";

const NAME = /^([0-9]+)_(.*)\.(sql|go)$/;
const annotation = (what: string) => new RegExp(`^--\\s*\\+goose\\s+${what}\\s*$`, "im");
const UP = annotation("up");
const DOWN = annotation("down");
const BEGIN = annotation("statementbegin");
const END = annotation("statementend");
const WITHOUT_TRANSACTION = annotation("no transaction");
const SUBSTITUTED = annotation("envsub(st)? on");

/**
 * `<n>_<name>.sql` and `.go`, by number; a Go file is a program.
 *
 * @throws Refusal `migrations-unreadable`, `migration-misnamed` (no part up), `migration-version-twice` and the like
 */
export async function listGooseFiles(folder: string): Promise<MigrationFile[]> {
  const findings: Finding[] = [];
  const files: MigrationFile[] = [];
  for (const fileName of await readFileNames(folder)) {
    const [, digits, name = "", ending] = NAME.exec(fileName) ?? [];
    if (digits === undefined || fileName.endsWith("_test.go") || BigInt(digits) < 1n) continue;
    const path = join(folder, fileName);
    const { text } = await readMigrationText(path, findings);
    const isCode = extname(fileName) === ".go";
    const up = text.search(UP);
    if (!isCode && up < 0) findings.push(misnamed(path, WHAT, REMEDY));
    const down = text.search(DOWN);
    files.push({
      version: BigInt(digits).toString(),
      name,
      path,
      checksum: "",
      transactional: !WITHOUT_TRANSACTION.test(text),
      sql: ending === "go" ? text : keepLines(text, Math.max(up, 0), down > up ? down : undefined),
      ...(isCode ? { code: true as const } : {}),
    });
  }
  return listed(files.sort(byNumber), findings);
}

const WHAT = "the file has no line `-- +goose Up`, and goose refuses it";
const REMEDY = "put the line before its statements";

/** Whether the file takes values from goose's own environment, which nobody else knows. */
export function isSubstituted(sql: string): boolean {
  return SUBSTITUTED.test(sql);
}

/**
 * As goose cuts it: a statement ends with the line that ends in a semicolon, comments left aside, or, after
 * `StatementBegin`, with `StatementEnd`. What follows the last semicolon goes as it is, where goose would refuse it.
 */
export function gooseStatements(sql: string): string[] {
  const found: string[] = [];
  let lines: string[] = [];
  let together = false;
  const end = () => {
    const text = lines.join("\n").trim();
    if (text !== "") found.push(text);
    lines = [];
  };
  for (const line of sql.split("\n")) {
    if (BEGIN.test(line)) together = true;
    else if (END.test(line)) {
      end();
      together = false;
    } else if (!/^--\s*\+goose\s/i.test(line)) {
      if (lines.length === 0 && /^\s*(--.*)?$/.test(line)) continue;
      lines.push(line);
      if (!together && endsStatement(line)) end();
    }
  }
  end();
  return found;
}

/** A word that begins with two dashes begins a comment. */
function endsStatement(line: string): boolean {
  const words = line.split(/\s+/).filter((word) => word !== "");
  const comment = words.findIndex((word) => word.startsWith("--"));
  const last = comment < 0 ? words.at(-1) : words[comment - 1];
  return last?.endsWith(";") === true;
}
