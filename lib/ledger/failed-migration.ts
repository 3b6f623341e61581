/** What to say of a migration that Postgres refused: which file, which line, which SQLSTATE. */
import type { Finding } from "../findings/finding.ts";
import { Refusal } from "../findings/finding.ts";
import type { MigrationFile } from "./ledger.ts";

interface DatabaseError {
  readonly code?: string;
  readonly message?: string;
  readonly position?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
}

/** One message of the file: its text, and where that begins in the file, in UTF-16 units. */
export interface Place {
  readonly text: string;
  readonly offset: number;
  readonly number: number;
  readonly of: number;
}

/** The finding `migration-failed` as a Refusal with the database's error as its cause. */
export function failedMigration(
  file: MigrationFile,
  cause: unknown,
  place: Place = { text: file.sql, offset: 0, number: 1, of: 1 },
): Refusal {
  const error = cause as DatabaseError;
  const finding: Finding = {
    code: "migration-failed",
    severity: "blocks",
    where: file.path,
    what: `migration ${file.version} failed${whereIn(file.sql, place, error.position)}: ${reason(error)}`,
    todo: file.transactional
      ? "nothing of it was kept; mend the file or the rows it stumbles over and run again"
      : "it runs outside a transaction: look what it left behind (an invalid index?) before running it again",
  };
  return new Refusal(finding, { cause });
}

/** The server says where in the message; a tool that sends several says at least which one it was. */
function whereIn(sql: string, place: Place, position: string | undefined): string {
  const which = place.of > 1 ? ` in statement ${place.number} of ${place.of}` : "";
  if (position === undefined && which === "") return "";
  const leading = place.text.length - place.text.trimStart().length;
  const before = sql.slice(0, place.offset + (position === undefined ? leading : 0));
  const line = linesIn(before) + (position === undefined ? 1 : lineOf(place.text, Number(position)));
  return which === "" ? ` in line ${line}` : `${which}, line ${line}`;
}

const linesIn = (text: string) => text.split("\n").length - 1;

/**
 * SQLSTATE class 42 (syntax error or access rule violation) speaks of names in the file only; the messages of
 * other classes, 22 and 23 above all, may quote a row's value and are left to the cause.
 */
function reason(error: DatabaseError): string {
  if (error.code === undefined) return "the connection failed";
  const objects = [error.table, error.column, error.constraint].filter((name) => name !== undefined);
  const about = objects.length > 0 ? ` on ${objects.join(", ")}` : "";
  const message = error.code.startsWith("42") && error.message !== undefined ? `: ${error.message}` : "";
  return `SQLSTATE ${error.code}${about}${message}`;
}

/** `position` counts characters, not UTF-16 units, from 1 (Error and Notice Message Fields, 54.8). */
function lineOf(sql: string, position: number): number {
  let line = 1;
  let index = 1;
  for (const character of sql) {
    if (index === position) break;
    if (character === "\n") line += 1;
    index += 1;
  }
  return line;
}
