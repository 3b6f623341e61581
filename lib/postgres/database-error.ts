/**
 * A database error in a sentence for a person. The server's own message is passed on only for conditions whose
 * text is made of names and limits; messages of data exceptions (class 22), of broken constraints (class 23) and
 * of a stranger's RAISE may hold a row's values, so those are told from the error's fields.
 *
 * PostgreSQL documentation: Appendix A (error codes), 54.8 (error and notice message fields).
 */
import { qualifiedColumn, qualifiedName } from "./identifiers.ts";

export interface DatabaseErrorDescription {
  /** Five characters, or null where the error does not come from the server (network, name lookup). */
  readonly sqlstate: string | null;
  /** One sentence, free of row values and of connection strings. */
  readonly sentence: string;
}

interface ErrorFields {
  readonly message: string;
  readonly code?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly dataType?: string;
  readonly cause?: unknown;
}

/** Where the reader gains from other words than the server's. */
const SENTENCES: Readonly<Record<string, (error: ErrorFields) => string>> = {
  "23502": (e) => `A row has no value for ${place(e)}, which must have one.`,
  "23503": (e) => `A row points at, or is pointed at by, a row that is not there${breaks(e)}.`,
  "23505": (e) => `A row with the same key is already there${breaks(e)}.`,
  "23514": (e) => `A row does not satisfy a check${breaks(e)}.`,
  "23P01": (e) => `A row overlaps with one that is already there${breaks(e)}.`,
  "25006": () => "The session or the server is read-only.",
  "28000": () => "The server does not accept this user from here.",
  "28P01": () => "The server does not accept this user's password.",
  "40001": () => "A concurrent change got in the way (serialization failure); a second try may succeed.",
  "40P01": () => "Two transactions waited for each other (deadlock); a second try may succeed.",
  "53300": () => "The server has no connection left to give.",
  "55P03": () => "A lock is held by somebody else.",
  "57014": () => "The statement was cancelled.",
  "57P01": () => "The server closed the connection (an administrator's command, or it is shutting down).",
  "57P03": () => "The server is starting up or shutting down.",
};

/** Classes whose messages hold names, never values. */
const SAFE_CLASSES = new Set(["08", "0A", "25", "3D", "3F", "40", "53", "54", "55", "57", "58"]);
/** Of class 42 (syntax and access) the ones about names: a message about syntax could quote the statement. */
const SAFE_CODES = new Set(["42501", "42P01", "42703", "42883", "42704", "42P07", "42P06", "42710", "3F000"]);

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing accepts connections at this address.",
  ENOTFOUND: "There is no such host.",
  EAI_AGAIN: "The host's name could not be looked up.",
  ETIMEDOUT: "The server did not answer in time.",
  EHOSTUNREACH: "There is no way to the host.",
  ENETUNREACH: "There is no way to the host's network.",
  ECONNRESET: "The connection was cut.",
  EPIPE: "The connection was cut.",
  ABORT_ERR: "It was cancelled.",
};

/** The sentence for an error that no database call threw: most likely a bug. */
export const NOT_THE_DATABASE = "Something other than the database failed.";

/** Describes whatever a database call threw; looks through `cause` for the database's own error. */
export function describeDatabaseError(error: unknown): DatabaseErrorDescription {
  for (let each = error; each instanceof Error; each = each.cause) {
    const fields: ErrorFields = each;
    const code = fields.code ?? "";
    if (/^[0-9A-Z]{5}$/.test(code) && "severity" in each)
      return { sqlstate: code, sentence: ofServer(code, fields) };
    if (NETWORK[code] !== undefined) return { sqlstate: null, sentence: NETWORK[code] };
    // A refused connection to a host with several addresses carries no code of its own.
    if (each instanceof AggregateError && each.errors.length > 0)
      return describeDatabaseError(each.errors[0]);
    // The second is what `pg` says to the next statement on a connection that was cut while it was idle.
    if (/^Connection terminated|connection error and is not queryable$/.test(each.message)) {
      return { sqlstate: null, sentence: "The connection was cut." };
    }
    if (/does not support SSL/.test(each.message)) {
      return { sqlstate: null, sentence: "The server does not offer TLS, and the address asks for it." };
    }
  }
  return { sqlstate: null, sentence: NOT_THE_DATABASE };
}

function ofServer(code: string, error: ErrorFields): string {
  const sentence = SENTENCES[code];
  if (sentence !== undefined) return `${sentence(error)} [${code}]`;
  if (SAFE_CLASSES.has(code.slice(0, 2)) || SAFE_CODES.has(code))
    return `The database says: ${error.message}. [${code}]`;
  if (code.startsWith("22")) return `A value does not fit${at(error)}. [${code}]`;
  return `The database refused${at(error)}${breaks(error)}. [${code}]`;
}

function place(error: ErrorFields): string {
  if (error.schema === undefined || error.table === undefined) return "a column";
  const table = qualifiedName(error.schema, error.table);
  return error.column === undefined ? table : qualifiedColumn(table, error.column);
}

function at(error: ErrorFields): string {
  return error.table === undefined ? "" : ` in ${place(error)}`;
}

function breaks(error: ErrorFields): string {
  if (error.constraint === undefined) return "";
  return ` (constraint ${error.constraint}${error.table === undefined ? "" : ` of ${place(error)}`})`;
}
