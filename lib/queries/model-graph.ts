/** A model as a graph: tables, what points at what, and along which of it a row leads to its tenant. */
import "server-only";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import type { Console } from "../operations/console.ts";
import type { TableClass, TenancyModel } from "../tenancy/model.ts";
import { readModelSource } from "./model-source.ts";
import { findingsOf } from "./model-table.ts";
import type { DatabaseRef } from "./platform.ts";

export interface GraphTable {
  readonly id: string;
  readonly name: string;
  readonly class: TableClass;
  /** Global or shared rows that are found again by natural key. */
  readonly common: boolean;
  /** The tables on the way to the tenant, this one left out. */
  readonly path: readonly string[];
  /** The number of the cycle that it is in, from 1. */
  readonly cycle: number | null;
  readonly findings: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  /** By a foreign key; else by the platform file. */
  readonly declared: boolean;
  /** Whether a row's way to its tenant goes along it, or back along it where the row that points is the owner. */
  readonly ownership: "along" | "back" | null;
}

export interface ModelGraphView {
  readonly platform: string;
  readonly databases: readonly DatabaseRef[];
  readonly database: string | null;
  readonly tables: readonly GraphTable[];
  readonly edges: readonly GraphEdge[];
  readonly suspected: number;
  readonly refused: readonly Finding[];
}

/** Null where there is no such platform or database. @throws Refused */
export async function readModelGraph(
  console: Pick<Console, "records" | "secrets">,
  actor: Actor,
  name: string,
  database: string | null,
): Promise<ModelGraphView | null> {
  const source = await readModelSource(console, actor, name, database, async ({ model, suspected }) => ({
    tables: tablesOf(model),
    edges: edgesOf(model),
    suspected,
  }));
  if (source === null) return null;
  const { view, ...rest } = source;
  return { ...rest, ...(view ?? { tables: [], edges: [], suspected: 0 }) };
}

function tablesOf(model: TenancyModel): GraphTable[] {
  return [...model.tables.values()]
    .map((table) => {
      const cycle = model.cycles.findIndex((members) => members.includes(table.id));
      return {
        id: table.id,
        name: table.name,
        class: table.class,
        common: table.common !== null,
        path: table.path?.hops.map((hop) => hop.table) ?? [],
        cycle: cycle === -1 ? null : cycle + 1,
        findings: findingsOf(model.findings, table.id).length,
      };
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** One edge for each pair of tables and kind; several columns are told on the one edge. */
function edgesOf(model: TenancyModel): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const { kind, from, to } of model.references) {
    const declared = kind === "foreign key";
    const leads = (side: typeof from, other: typeof to) => {
      const hop = model.tables.get(side.table)?.path?.hops[0];
      return hop?.table === other.table && hop.columns.every((column) => side.columns.includes(column));
    };
    const ownership =
      leads(from, to) || isTenantKey(model, from, to) ? "along" : leads(to, from) ? "back" : null;
    const key = JSON.stringify([from.table, to.table, declared]);
    const known = edges.get(key);
    edges.set(key, {
      from: from.table,
      to: to.table,
      columns: [...(known?.columns ?? []), from.columns.join("+")],
      declared,
      ownership: ownership ?? known?.ownership ?? null,
    });
  }
  return [...edges.values(), ...shortCuts(model, [...edges.values()])];
}

/**
 * A path may pass a table over: where a composite key holds its target's own reference, the column leads on without
 * it. No reference says so by itself, and the way of the rows is drawn all the same.
 */
function shortCuts(model: TenancyModel, edges: readonly GraphEdge[]): GraphEdge[] {
  return [...model.tables.values()].flatMap(({ id, path }) => {
    const hop = path?.hops[0];
    if (hop === undefined) return [];
    const drawn = edges.some(
      ({ from, to, ownership }) =>
        (ownership === "along" && from === id && to === hop.table) ||
        (ownership === "back" && to === id && from === hop.table),
    );
    const columns = [hop.columns.join("+")];
    return drawn ? [] : [{ from: id, to: hop.table, columns, declared: false, ownership: "along" as const }];
  });
}

/** The last step: from the column that holds the tenant's key to the tenant itself. */
function isTenantKey(
  { tenant, tables }: TenancyModel,
  from: { readonly table: string; readonly columns: readonly string[] },
  to: { readonly table: string },
): boolean {
  const path = tables.get(from.table)?.path;
  return to.table === tenant.table && path?.hops.length === 0 && from.columns.includes(path.column);
}
