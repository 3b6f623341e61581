/**
 * A file's statements and what each is called. Parsing only splits and names; what a statement does is measured. The
 * grammar is that of PostgreSQL 18, of which those of 14 to 17 are nearly parts: what it does not understand is
 * measured as one.
 */
import { parse } from "libpg-query";
import type { Finding } from "../../findings/finding.ts";
import { kindOf, type ParsedNode } from "./kinds.ts";

export interface Statement {
  readonly kind: string;
  /** Without the comments before it, and without the semicolon. */
  readonly text: string;
  readonly line: number;
  /** What it says of the session's transaction: a BEGIN or COMMIT of the file's own. */
  readonly transaction: "begins" | "ends" | null;
  /** Columns that an UPDATE names. */
  readonly updates: readonly string[];
}

export interface SplitFile {
  readonly statements: readonly Statement[];
  /** `migration-not-parsed` where it is measured as one. */
  readonly findings: readonly Finding[];
}

/** What a tool sends of a file, message by message; each may hold several statements. Lines are the file's. */
export async function splitMessages(
  { sql, path }: { readonly sql: string; readonly path: string },
  messages: readonly string[],
): Promise<SplitFile> {
  const [only] = messages;
  if (messages.length === 1 && only === sql) return splitStatements(sql, path);
  const statements: Statement[] = [];
  const findings = new Map<string, Finding>();
  let from = 0;
  for (const message of messages) {
    const split = await splitStatements(message, path);
    const at = sql.indexOf(message, from);
    const above = sql.slice(0, Math.max(at, 0)).split("\n").length - 1;
    if (at >= 0) from = at + message.length;
    statements.push(...split.statements.map((each) => ({ ...each, line: each.line + above })));
    for (const finding of split.findings) findings.set(finding.code, finding);
  }
  return { statements, findings: [...findings.values()] };
}

/** @param where the file's path, for the finding */
export async function splitStatements(sql: string, where: string): Promise<SplitFile> {
  const bytes = Buffer.from(sql);
  try {
    const { stmts = [] } = await parse(sql);
    return {
      statements: stmts.map(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
        // The parser counts bytes; a length of none means to the end.
        const end = length === undefined || length === 0 ? bytes.length : start + length;
        return statementOf(bytes, start, end, (stmt ?? {}) as ParsedNode);
      }),
      findings: [],
    };
  } catch (error) {
    const whole = { kind: "FILE", text: sql.trim(), line: 1, transaction: null, updates: [] };
    return { statements: sql.trim() === "" ? [] : [whole], findings: [notParsed(where, error)] };
  }
}

function statementOf(bytes: Buffer, start: number, end: number, node: ParsedNode): Statement {
  const raw = bytes.subarray(start, end).toString();
  const skipped = leadingSpace(raw);
  const [kind, updates] = [kindOf(node), updatedColumns(node)];
  const before = bytes.subarray(0, start).toString() + raw.slice(0, skipped);
  return {
    kind,
    text: raw.slice(skipped).trimEnd(),
    line: before.split("\n").length,
    transaction: transactionOf(node),
    updates,
  };
}

/** Length of the white space and comments at the head of a text; comments of the block kind may hold one another. */
export function leadingSpace(text: string): number {
  let at = 0;
  for (;;) {
    const rest = text.slice(at);
    const simple = /^(?:\s+|--[^\n]*(?:\n|$))+/.exec(rest)?.[0].length ?? 0;
    const length = simple > 0 ? simple : rest.startsWith("/*") ? blockComment(rest) : 0;
    if (length === 0) return at;
    at += length;
  }
}

function blockComment(text: string): number {
  let depth = 0;
  for (const { 0: mark, index } of text.matchAll(/\/\*|\*\//g)) {
    depth += mark === "/*" ? 1 : -1;
    if (depth === 0) return index + 2;
  }
  return text.length;
}

function transactionOf(node: ParsedNode): Statement["transaction"] {
  const kind = node.TransactionStmt?.kind;
  if (kind === "TRANS_STMT_BEGIN" || kind === "TRANS_STMT_START") return "begins";
  return kind === "TRANS_STMT_COMMIT" || kind === "TRANS_STMT_ROLLBACK" ? "ends" : null;
}

function updatedColumns({ UpdateStmt: update }: ParsedNode): string[] {
  const targets = (update?.targetList ?? []) as { ResTarget?: { name?: string } }[];
  return [...new Set(targets.flatMap(({ ResTarget }) => ResTarget?.name ?? []))];
}

function notParsed(where: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : "unknown error";
  return {
    code: "migration-not-parsed",
    severity: "notes",
    where,
    what: `The file could not be told apart into statements (${message}), so it was measured as one.`,
    todo: "Nothing, unless it matters which of its statements takes which lock.",
  };
}
