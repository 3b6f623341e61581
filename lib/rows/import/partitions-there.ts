/**
 * Whether every row finds its partition: a platform that makes partitions day by day has none for old rows. The
 * database evaluates its own partitions' bounds over the rows' values, before anything is written.
 */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { leaves } from "../../catalog/lookup.ts";
import type { Finding } from "../../findings/finding.ts";
import { parseQualified, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { RemapPlan, ValueRemap } from "../remap/remap-plan.ts";
import type { Gathering } from "./scan.ts";

/** A bundle's table that has partitions, and the columns that choose among them. */
export interface Landing extends Gathering {
  readonly partitioned: Table;
  /** SQL for a value like the one that a column will have, where values are made anew; null where they stay. */
  readonly likely: readonly (string | null)[];
}

/** A table is left out where nobody can say beforehand what a partitioning column will hold. Pure. */
export function landings(catalog: Catalog, plan: RemapPlan): Landing[] {
  return [...plan.tables].flatMap(([id, { columns, remaps }]): Landing[] => {
    const partitioned = catalog.tables.get(id);
    const needs = partitioned?.partitionColumns ?? [];
    if (partitioned?.kind !== "partitioned" || needs.length === 0) return [];
    const likely = needs.map((name) => likelyValue(plan, remaps[columns.indexOf(name)]));
    if (likely.includes(undefined)) return [];
    const coarse = needs.map((name, at) => coarsely(partitioned, name, likely[at] !== null));
    return [
      {
        table: id,
        needs,
        withNulls: true,
        everyRow: true,
        group: (values) => JSON.stringify(values.map((value, at) => coarse[at]!(value))),
        partitioned,
        likely: likely.filter((sql) => sql !== undefined),
      },
    ];
  });
}

/** Partitions end at hours, if not at days: one moment of an hour stands for the others. */
function coarsely(table: Table, name: string, isMadeAnew: boolean): (value: string | null) => string | null {
  if (isMadeAnew) return () => null;
  const isMoment = /^pg_catalog\.timestamp/.test(
    table.columns.find((column) => column.name === name)?.baseType ?? "",
  );
  return isMoment ? (value) => value?.slice(0, "2026-01-01 00".length) ?? null : (value) => value;
}

/** One fresh value is as good as another: a hash takes any, a list of tenants' keys none. */
function likelyValue(plan: RemapPlan, remaps: readonly ValueRemap[] | undefined): string | null | undefined {
  const [remap, ...others] = remaps ?? [];
  if (remaps === undefined || others.length > 0) return undefined;
  if (remap === undefined) return null;
  const fresh = remap.kind === "id" ? plan.sources.get(remap.source)?.fresh : null;
  if (fresh?.kind === "uuid") return "gen_random_uuid()";
  if (fresh?.kind === "integer") return `(SELECT last_value + 1 FROM ${quoteSequence(fresh.sequence)})`;
  return undefined;
}

function quoteSequence(name: string): string {
  const [schema = "", sequence = ""] = parseQualified(name) ?? [];
  return quoteQualified(schema, sequence);
}

/**
 * How many rows no partition takes, of the given ones (one text or NULL a partitioning column, and for how many rows it
 * stands). A leaf's constraint holds
 * its ancestors' too (pg_get_partition_constraintdef, 9.27.4); it is NULL where the leaf takes everything.
 */
export async function countHomeless(
  client: pg.ClientBase,
  catalog: Catalog,
  { partitioned: table, needs: columns, likely }: Landing,
  values: readonly (readonly (string | null)[])[],
  standingFor: readonly number[],
): Promise<number> {
  const { rows: bounds } = await client.query<{ bound: string | null }>(
    "SELECT pg_catalog.pg_get_partition_constraintdef(oid) AS bound FROM unnest($1::oid[]) oid",
    [
      leaves(catalog, table)
        .map(({ oid }) => oid)
        .filter((oid) => oid !== table.oid),
    ],
  );
  if (bounds.some(({ bound }) => bound === null)) return 0;
  const made = columns.map((name, at) => {
    const { type } = table.columns.find((column) => column.name === name)!;
    return `${likely[at] ?? `v${at}`}::${type} AS ${quoteIdentifier(name)}`;
  });
  const taken = bounds.length === 0 ? "false" : bounds.map(({ bound }) => `(${bound})`).join(" OR ");
  const { rows } = await client.query<{ count: number }>(
    `SELECT coalesce(sum("rows it stands for"), 0)::float8 AS count
       FROM (SELECT ${made.join(", ")}, n AS "rows it stands for"
               FROM unnest(${columns.map((_, at) => `$${at + 1}::text[], `).join("")}$${columns.length + 1}::int[])
                    u(${columns.map((_, at) => `v${at}, `).join("")}n)) row
      WHERE (${taken}) IS NOT TRUE`,
    [...columns.map((_, at) => values.map((row) => row[at])), standingFor],
  );
  return rows[0]!.count;
}

export function homelessFinding({ partitioned: table, needs }: Landing, count: number): Finding {
  return {
    code: "partition-missing",
    severity: "blocks",
    where: table.id,
    count,
    what: `${count} rows of the bundle have no partition of ${table.id} to land in: by ${needs.join(", ")} none takes them.`,
    todo: "Create the partitions that the source has, or a DEFAULT partition, then plan again.",
  };
}
