/** The lines that a finding proposes for the platform file, as edits that a page can apply. Pure. */
import { parse } from "yaml";
import type { Finding } from "../findings/finding.ts";
import { type FileEdit, fileEdit } from "./file-edit.ts";

export interface ProposedLine {
  /** As it would stand in the file. */
  readonly line: string;
  readonly section: FileEdit["section"];
  readonly edit: FileEdit;
  /** False where something is left for a person to fill in. */
  readonly complete: boolean;
}

const COLUMN_CLASSES = new Set(["plain", "personal", "hashed", "secret"]);
/** Words that are an answer by themselves; others between backticks are names of sections. */
const CLASSES = new Set([...COLUMN_CLASSES, "global", "excluded"]);

/**
 * Read from `todo`, where every proposal stands between backticks. A short one (`excluded`, `to: none`) speaks of the
 * same table or column as the one before it.
 */
export function proposedLines({ todo, where }: Pick<Finding, "todo" | "where">): ProposedLine[] {
  const lines: ProposedLine[] = [];
  for (const [, text = ""] of (todo ?? "").matchAll(/`([^`]+)`/g)) {
    const edit = editOf(text, lines.at(-1)?.edit ?? null, where);
    const parsed = fileEdit.safeParse(edit);
    if (!parsed.success) continue;
    const complete = !/…|\.\.\./.test(JSON.stringify(parsed.data));
    lines.push({ line: lineOf(parsed.data), section: parsed.data.section, edit: parsed.data, complete });
  }
  return lines;
}

function editOf(text: string, former: FileEdit | null, where: string): unknown {
  const value = parsed(text);
  const name = former !== null && "name" in former && former.section !== "tenant" ? former.name : where;
  if (typeof value === "string") {
    if (former === null || !("name" in former) || former.section === "tenant") return null;
    return CLASSES.has(value) ? { section: former.section, name, value } : null;
  }
  if (!isRecord(value)) return null;
  if (typeof value.from === "string") return { section: "references", from: value.from, value };
  if (value.to === "none" && Object.keys(value).length === 1) return noReference(former, where);
  if (Array.isArray(value.match)) return { section: "common", name, value };
  if ("null_key" in value || "owned_through" in value) return { section: "tables", name, value };
  const [[key, entry] = ["", null], ...more] = Object.entries(value);
  if (more.length > 0 || key === "") return null;
  if (key === "key_columns") return { section: "tenant", name: key, value: entry };
  // `tenant: { … }`, `tables`: the name of a section, not a line of one.
  if (!key.includes(".")) return null;
  return { section: sectionOf(entry), name: key, value: entry };
}

function noReference(former: FileEdit | null, where: string): unknown {
  const from = former?.section === "references" ? former.from : where;
  return { section: "references", from, value: { from, to: "none" } };
}

function sectionOf(entry: unknown): FileEdit["section"] {
  if (typeof entry === "string") return COLUMN_CLASSES.has(entry) ? "columns" : "tables";
  if (!isRecord(entry)) return "tables";
  if ("match" in entry) return "common";
  const names = Object.keys(entry);
  return names.some((name) => ["class", "generated"].includes(name) || name.startsWith("$"))
    ? "columns"
    : "tables";
}

function lineOf(edit: FileEdit): string {
  const value = inline(edit.value);
  return edit.section === "references" ? `- ${value}` : `${edit.name}: ${value}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isRecord(value)) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, entry]) => `${name}: ${inline(entry)}`)
    .join(", ")} }`;
}

function parsed(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
