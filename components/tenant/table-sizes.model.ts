/** The picture of a tenant's tables: which of them are drawn, and what is said of the rest. */
import type { TenantTable } from "../../lib/queries/tenant.ts";

export interface Bar {
  readonly label: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface TableBars {
  /** The largest by what is asked; the last one is the sum of those that are not drawn, where there are any. */
  readonly bars: readonly Bar[];
  readonly totalRows: number;
  readonly totalBytes: number;
  /** Tables without a row, which are not drawn at all. */
  readonly empty: number;
}

/** Bars beside which a label can be read. */
const DRAWN = 10;

/** What the length of a bar says. */
export const BAR_MEASURES = ["bytes", "rows"] as const;
export type BarMeasure = (typeof BAR_MEASURES)[number];

/** `public.orders` is `orders` where every table is in the same schema. */
export function tableBars(tables: readonly TenantTable[], by: BarMeasure = "bytes"): TableBars {
  const filled = tables
    .filter((table) => table.rows > 0 || table.bytes > 0)
    .toSorted((a, b) => b[by] - a[by]);
  const schemas = new Set(tables.map((table) => table.table.split(".", 1)[0]));
  const short = (name: string) => (schemas.size === 1 ? name.slice(name.indexOf(".") + 1) : name);
  const drawn = filled.length > DRAWN ? filled.slice(0, DRAWN - 1) : filled;
  const rest = filled.slice(drawn.length);
  const bars = drawn.map((table) => ({ label: short(table.table), rows: table.rows, bytes: table.bytes }));
  if (rest.length > 0) {
    bars.push({ label: `${rest.length} more`, rows: sum(rest, "rows"), bytes: sum(rest, "bytes") });
  }
  return {
    bars,
    totalRows: sum(tables, "rows"),
    totalBytes: sum(tables, "bytes"),
    empty: tables.length - filled.length,
  };
}

function sum(tables: readonly TenantTable[], what: "rows" | "bytes"): number {
  return tables.reduce((total, table) => total + table[what], 0);
}
