/** Narrowing the list of a model's tables. Pure. */
import type { ModelTableRow } from "../../lib/queries/model.ts";
import type { SearchParams } from "../../lib/queries/tenant-list.ts";

/** The classes in the words of people. */
export const TABLE_CLASSES = {
  root: "the tenant itself",
  direct: "owned, carries the key",
  via: "owned, through others",
  global: "global",
  excluded: "excluded",
} as const;

export interface ModelQuery {
  readonly text: string;
  readonly class: keyof typeof TABLE_CLASSES | null;
  /** Only tables that a finding is about. */
  readonly findings: boolean;
  /** By name. */
  readonly database: string | null;
  /** A table to show in full, by qualified name. */
  readonly table: string | null;
}

/** Reads an address; what is not understood is left out. */
export function readModelQuery(search: SearchParams): ModelQuery {
  const named = first(search.class);
  return {
    text: first(search.q).trim().slice(0, 200),
    class: Object.hasOwn(TABLE_CLASSES, named) ? (named as keyof typeof TABLE_CLASSES) : null,
    findings: first(search.findings) === "true",
    database: first(search.database).slice(0, 200) || null,
    table: first(search.table).slice(0, 300) || null,
  };
}

export function fittingTables(tables: readonly ModelTableRow[], query: ModelQuery): readonly ModelTableRow[] {
  const text = query.text.toLowerCase();
  return tables.filter(
    (table) =>
      table.id.toLowerCase().includes(text) &&
      (query.class === null || table.class === query.class) &&
      (!query.findings || table.findings > 0),
  );
}

function first(value: SearchParams[string]): string {
  return (typeof value === "string" ? value : value?.[0]) ?? "";
}
