/** A migration that a throwaway database refuses: what it lacks, and what somebody can decide about it. */
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { MigrationFile } from "../../ledger/ledger.ts";
import { nthStatement } from "./nth-statement.ts";

interface ServerError {
  readonly code?: string;
  readonly message?: string;
}

/** SQLSTATEs (Appendix A): undefined_object; and what CREATE EXTENSION gives for one that is not there, or not allowed. */
const UNDEFINED_OBJECT = "42704";
const NO_EXTENSION = new Set(["0A000", "58P01", "42501"]);

/**
 * Classes whose messages name things and quote no value of a row, which the detail beside them does: integrity
 * constraints, features, roles, schemas, states of objects, the system (Appendix A).
 */
const NAMES_NO_VALUE = /^(?:0A|23|2B|3F|55|58)/;

/**
 * The ledger's finding with the statement and the choices; whatever else was thrown is given back as it is.
 *
 * @param completed statements of the same message that were through
 */
export function failedReplay(error: unknown, file: MigrationFile, completed: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const cause = (error.cause ?? {}) as ServerError;
  const [first, ...rest] = error.findings;
  if (first === undefined || !first.code.startsWith("migration-")) return error;
  const said = { ...first, what: first.what + inWords(cause) + statement(file, completed) };
  return new Refusal([{ ...said, ...lacking(cause, file) }, ...rest], { cause: error.cause });
}

function inWords({ code, message }: ServerError): string {
  return code !== undefined && message !== undefined && NAMES_NO_VALUE.test(code) ? `: ${message}` : "";
}

/** Letters that are shown of it. */
const SHOWN = 160;

function statement({ sql, code }: MigrationFile, completed: number): string {
  const text = code === true ? null : nthStatement(sql, completed + 1);
  if (text === null) return "";
  const line = text.replaceAll(/\s+/g, " ");
  return `, in: ${line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line}`;
}

function lacking({ code, message = "" }: ServerError, { version, path }: MigrationFile): Partial<Finding> {
  const role = code === UNDEFINED_OBJECT ? /^role "(.+)" does not exist$/.exec(message)?.[1] : undefined;
  if (role !== undefined)
    return {
      code: "role-missing",
      where: path,
      what: `Migration ${version} names the role ${role}, which no migration makes and the throwaway server has not.`,
      todo: `Say that it is to be there: --role ${role}.`,
    };
  const extension = NO_EXTENSION.has(code ?? "") ? /extension "([^"]+)"/.exec(message)?.[1] : undefined;
  if (extension !== undefined)
    return {
      code: "extension-missing",
      where: path,
      what:
        code === "42501"
          ? `Migration ${version} makes the extension ${extension}, which takes a superuser: migrations run as none on the throwaway server.`
          : `Migration ${version} makes the extension ${extension}, which the throwaway server has not.`,
      todo: `Name a server that has it, as \`trusted\` in its control file, with --postgres URL; or ${decisions(version)}.`,
    };
  return { todo: `Decide what is done in its place: ${decisions(version)}.` };
}

function decisions(version: string): string {
  return `skip it (--skip ${version}=REASON), run another file (--replace ${version}=FILE) or a program (--run ${version}=COMMAND) in its place`;
}
