/** The rows that a new tenant begins with: the platform file's `create:` with its placeholders filled. Pure. */
import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { createLookUp } from "../../tenancy/look-up.ts";
import type {
  Creation,
  CreationRow,
  CreationValue,
  Placeholder,
} from "../../tenancy/platform-file-creation.ts";
import type { CreateInput } from "./input.ts";

/** A value to be written: text for the column's input function, NULL, the key that the root row got, or a look-up. */
export type RowValue =
  | { readonly kind: "text"; readonly text: string | null }
  | { readonly kind: "key"; readonly template: string }
  | {
      readonly kind: "lookup";
      readonly table: string;
      readonly column: string;
      readonly where: Readonly<Record<string, string | null>>;
    };

export interface NewRow {
  readonly table: string;
  readonly values: Readonly<Record<string, RowValue>>;
}

export interface NewRows {
  readonly rows: readonly NewRow[];
  /** By table: rows that triggers insert meanwhile. */
  readonly byTriggers: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

type CreationRows = Extract<Creation, { rows: unknown }>;

/**
 * Looks every name up and fills the placeholders. A row that names `{domain}` is there once for each domain, and
 * not at all without one.
 */
export function newRows(catalog: Catalog, creation: CreationRows, input: CreateInput): NewRows {
  const findings: Finding[] = [];
  const lookUp = createLookUp(catalog, findings);
  const rows = creation.rows.flatMap((row): NewRow[] => {
    const table = lookUp.table(row.table, "create");
    if (table === null) return [];
    const domains = namesDomain(row) ? input.domains : [null];
    return domains.map((domain) => ({
      table: table.id,
      values: rowValues(row, table, { ...given(input), domain }, lookUp),
    }));
  });
  const byTriggers = new Map<string, number>();
  for (const [name, count] of Object.entries(creation.by_triggers)) {
    const table = lookUp.table(name, "create");
    if (table !== null) byTriggers.set(table.id, count);
  }
  return { rows, byTriggers, findings: onceEach(findings) };
}

type Given = Readonly<Record<Placeholder, string | null>>;

function given({ slug, name, key }: CreateInput): Given {
  return { slug, name, key: key ?? null, domain: null };
}

function rowValues(
  row: CreationRow,
  table: Table,
  placeholders: Given,
  lookUp: ReturnType<typeof createLookUp>,
): Record<string, RowValue> {
  const values: Record<string, RowValue> = {};
  for (const [name, value] of Object.entries(row.values)) {
    const column = lookUp.columnOf(table, name, "create");
    const filled = column === null ? null : rowValue(value, placeholders, lookUp);
    if (column !== null && filled !== null) values[column.name] = filled;
  }
  return values;
}

function rowValue(
  value: CreationValue,
  placeholders: Given,
  lookUp: ReturnType<typeof createLookUp>,
): RowValue | null {
  if (value === null || typeof value === "string") return constant(value, placeholders);
  const found = lookUp.column(value.find, "create");
  if (found === null) return null;
  const where: Record<string, string | null> = {};
  for (const [name, text] of Object.entries(value.where)) {
    const column = lookUp.columnOf(found.table, name, "create");
    if (column !== null) where[column.name] = text === null ? null : fill(text, placeholders);
  }
  return { kind: "lookup", table: found.table.id, column: found.column.name, where };
}

function constant(value: string | null, placeholders: Given): RowValue {
  if (value === null) return { kind: "text", text: null };
  // A key that nobody has given yet is known when the root's row is there.
  if (value.includes("{key}") && placeholders.key === null)
    return { kind: "key", template: fill(value, placeholders) };
  return { kind: "text", text: fill(value, placeholders) };
}

function fill(text: string, placeholders: Given): string {
  return text.replace(
    /\{(key|slug|name|domain)\}/g,
    (whole, name: Placeholder) => placeholders[name] ?? whole,
  );
}

function namesDomain(row: CreationRow): boolean {
  return Object.values(row.values).some((value) => typeof value === "string" && value.includes("{domain}"));
}

/** A row for each of three domains would tell of its unknown table three times. */
function onceEach(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.where}`, finding])).values()];
}
