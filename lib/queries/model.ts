/** A platform's tenancy model as its database is now: whose each table's rows are, and how that is known. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import type { Console } from "../operations/console.ts";
import type { TableClass, TenancyModel } from "../tenancy/model.ts";
import { readModelSource } from "./model-source.ts";
import { findingsOf, type ModelTableDetail, tableDetail } from "./model-table.ts";
import type { DatabaseRef } from "./platform.ts";

export interface ModelTableRow {
  readonly id: string;
  readonly class: TableClass;
  /** Said by the platform file; else derived. */
  readonly declared: boolean;
  /** Tables from this one to the one with the tenant's key. */
  readonly path: readonly string[];
  /** The column that holds the key there; null where no path leads. */
  readonly column: string | null;
  readonly otherPaths: number;
  /** How the same row is found on another side. */
  readonly match: readonly string[] | null;
  /** Columns that are not plain, with their class. */
  readonly columns: readonly { readonly name: string; readonly class: string }[];
  readonly findings: number;
}

export interface ModelView {
  readonly platform: string;
  readonly databases: readonly DatabaseRef[];
  readonly database: string | null;
  readonly version: string | null;
  readonly tables: readonly ModelTableRow[];
  readonly cycles: readonly (readonly string[])[];
  /** Suspected references that nobody has answered. */
  readonly suspected: number;
  /** The table that was asked for; null where it is not there. */
  readonly detail: ModelTableDetail | null;
  /** Why there is no model to show; of a model they stand on the platform's page. */
  readonly refused: readonly Finding[];
}

/**
 * @param table a table to show in full, by qualified name
 * @returns null where there is no such platform or database
 * @throws Refused
 */
export async function readModel(
  console: Pick<Console, "records" | "secrets">,
  actor: Actor,
  name: string,
  database: string | null,
  table: string | null = null,
): Promise<ModelView | null> {
  const source = await readModelSource(console, actor, name, database, async (read) => ({
    version: read.model.version,
    tables: rowsOf(read.model),
    cycles: read.model.cycles,
    suspected: read.suspected,
    detail: table === null ? null : tableDetail(read, table),
  }));
  if (source === null) return null;
  const { view, ...rest } = source;
  return { ...rest, ...(view ?? { version: null, tables: [], cycles: [], suspected: 0, detail: null }) };
}

function rowsOf(model: TenancyModel): ModelTableRow[] {
  return [...model.tables.values()]
    .map((table) => ({
      id: table.id,
      class: table.class,
      declared: table.declared,
      path: table.path?.hops.map((hop) => hop.table) ?? [],
      column: table.path?.column ?? null,
      otherPaths: table.otherPaths.length,
      match: table.common?.match ?? null,
      columns: table.columns
        .filter((column) => column.class !== "plain")
        .map((column) => ({ name: column.name, class: column.class })),
      findings: findingsOf(model.findings, table.id).length,
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
