/** The audit trail as a file: CSV for spreadsheets, JSON Lines for programs. */
import "server-only";
import { and, lte } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { recordAudit } from "../records/audit.ts";
import { recordsNow } from "../records/clock.ts";
import { auditEntries } from "../records/schema/audit-entries.ts";
import { type AuditRow, auditConditions, auditRows } from "./audit.ts";
import { type AuditPlace, type AuditQuery, writeAuditList } from "./audit-list.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export const AUDIT_FORMATS = {
  csv: { type: "text/csv; charset=utf-8", head: csvHead, line: csvLine },
  jsonl: { type: "application/jsonl; charset=utf-8", head: () => "", line: jsonLine },
} as const;
export type AuditFormat = keyof typeof AUDIT_FORMATS;

/** Entries a piece: what the process holds at once. */
const PIECE = 1000;

const COLUMNS = [
  "at",
  "id",
  "actorName",
  "action",
  "subjectType",
  "subjectId",
  "operationId",
  "platform",
  "tenantKey",
  "data",
] as const satisfies readonly (keyof AuditRow)[];

/**
 * The pieces of the file, in the order of time, up to now; that somebody takes it along is recorded before the first.
 *
 * @throws Refused
 */
export async function exportAudit(
  source: Source,
  actor: Actor,
  query: AuditQuery,
  format: AuditFormat,
): Promise<AsyncGenerator<string>> {
  authorise(actor, "see");
  const filters = writeAuditList({ ...query, before: null, who: "" });
  const until = await recordsNow(source.records);
  await recordAudit(source.records, {
    actor,
    action: "audit.exported",
    subject: { type: "audit", id: format },
    // A name that was searched for is personal data, and the trail keeps none.
    data: { ...filters, byPerson: query.who !== "" },
  });
  const where = and(await auditConditions(source, query), lte(auditEntries.at, until));
  return pieces(source, where, format);
}

async function* pieces(
  source: Source,
  where: Parameters<typeof auditRows>[1],
  format: AuditFormat,
): AsyncGenerator<string> {
  const { head, line } = AUDIT_FORMATS[format];
  yield head();
  let from: AuditPlace | null = null;
  for (;;) {
    const rows: AuditRow[] = await auditRows(source, where, "earliest", from, PIECE);
    if (rows.length > 0) yield rows.map(line).join("");
    if (rows.length < PIECE) return;
    from = rows.at(-1)!;
  }
}

function csvHead(): string {
  return `${COLUMNS.join(",")}\r\n`;
}

function csvLine(row: AuditRow): string {
  return `${COLUMNS.map((column) => csvField(row[column])).join(",")}\r\n`;
}

/** A field that a spreadsheet would take for a formula begins with an apostrophe, which makes it a text. */
export function csvField(value: unknown): string {
  const text =
    value === null || value === undefined
      ? ""
      : value instanceof Date
        ? value.toISOString()
        : typeof value === "string"
          ? value
          : JSON.stringify(value);
  const inert = /^[\s]*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function jsonLine(row: AuditRow): string {
  return `${JSON.stringify(row)}\n`;
}
