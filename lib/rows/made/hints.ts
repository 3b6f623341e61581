/** What the schema says of values: labels of enums, constants of checks and domains, bounds of partitions. */
import type pg from "pg";
import type { Column, Table } from "../../catalog/catalog.ts";
import { isText } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Hints } from "./candidates.ts";

const LABELS = `
  SELECT enumtypid::int8::float8 AS type, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
  FROM pg_catalog.pg_enum GROUP BY enumtypid`;

const DOMAIN_CHECKS = `
  SELECT contypid::int8::float8 AS type, array_agg(conname::text) AS names,
         string_agg(pg_catalog.pg_get_constraintdef(oid), ' ') AS definition
  FROM pg_catalog.pg_constraint WHERE contypid <> 0 GROUP BY contypid`;

/** What each domain is made of, down to the type under all of them: with the length that is said there. */
const DOMAINS = `
  WITH RECURSIVE layer AS (
    SELECT oid AS domain, typbasetype AS type, typtypmod AS modifier FROM pg_catalog.pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT layer.domain, t.typbasetype, CASE WHEN layer.modifier >= 0 THEN layer.modifier ELSE t.typtypmod END
    FROM layer JOIN pg_catalog.pg_type t ON t.oid = layer.type WHERE t.typtype = 'd')
  SELECT layer.domain::int8::float8 AS domain, pg_catalog.format_type(layer.type, layer.modifier) AS type
  FROM layer JOIN pg_catalog.pg_type t ON t.oid = layer.type WHERE t.typtype <> 'd'`;

/** By the root of the tree. */
const BOUNDS = `
  SELECT root.oid::int8::float8 AS "table", string_agg(pg_catalog.pg_get_expr(c.relpartbound, c.oid), ' ') AS definition
  FROM pg_catalog.pg_class root CROSS JOIN LATERAL pg_catalog.pg_partition_tree(root.oid) leaf
    JOIN pg_catalog.pg_class c ON c.oid = leaf.relid
  WHERE root.relkind = 'p' AND c.relpartbound IS NOT NULL GROUP BY root.oid`;

export interface SchemaHints {
  of(table: Table, column: Column): Hints;
  /** Those that a constraint or a unique index is about, by its name; none where it is not known. */
  columnsOf(table: Table, constraint: string): readonly string[];
}

/** @param model knows which ids the application makes */
export async function readHints(
  client: pg.Client,
  model: Pick<TenancyModel, "tables">,
): Promise<SchemaHints> {
  const { rows: enums } = await client.query<{ type: number; labels: string[] }>(LABELS);
  const { rows: domains } = await client.query<{ type: number; names: string[]; definition: string }>(
    DOMAIN_CHECKS,
  );
  const { rows: trees } = await client.query<{ table: number; definition: string }>(BOUNDS);
  const { rows: domainTypes } = await client.query<{ domain: number; type: string }>(DOMAINS);
  const types = new Map(domainTypes.map((each) => [each.domain, each.type]));
  const labels = new Map(enums.map((each) => [each.type, each.labels]));
  const checks = new Map(domains.map((each) => [each.type, each.definition]));
  const bounds = new Map(trees.map((each) => [each.table, each.definition]));
  return {
    of: (table, column) => ({
      type: types.get(column.typeOid) ?? column.type,
      generator: generatorOf(model, table, column),
      labels: labels.get(column.baseTypeOid) ?? [],
      constants: constantsIn(
        [
          ...table.checks.map(({ definition }) => definition).filter((text) => mentions(text, column.name)),
          checks.get(column.typeOid) ?? "",
          table.partitionColumns?.includes(column.name) ? (bounds.get(table.oid) ?? "") : "",
        ].join(" "),
      ),
    }),
    columnsOf(table, constraint) {
      const types = new Set(
        domains.filter(({ names }) => names.includes(constraint)).map(({ type }) => type),
      );
      const ofDomain = table.columns.filter(({ typeOid }) => types.has(typeOid)).map(({ name }) => name);
      return ofDomain.length > 0 ? ofDomain : ownColumnsOf(table, constraint);
    },
  };
}

function generatorOf(
  { tables }: Pick<TenancyModel, "tables">,
  { id }: Table,
  { name, baseType }: Column,
): string | null {
  const fresh = tables.get(id)?.columns.find((column) => column.name === name)?.fresh;
  if (fresh?.kind === "text") return fresh.generator;
  return fresh?.kind === "uuid" && isText(baseType) ? "uuid" : null;
}

function ownColumnsOf({ columns, keys, checks, exclusions }: Table, constraint: string): string[] {
  const told =
    keys.find(({ name }) => name === constraint)?.columns.join(" ") ??
    [...checks, ...exclusions].find(({ name }) => name === constraint)?.definition ??
    "";
  return columns.map(({ name }) => name).filter((name) => mentions(told, name));
}

function mentions(definition: string, column: string): boolean {
  return new RegExp(`(?<![\\w$])${column.replace(/\W/g, "\\$&")}(?![\\w$])`).test(definition);
}

/** Texts and numbers that stand in an expression. */
function constantsIn(definition: string): string[] {
  const texts = [...definition.matchAll(/'((?:[^']|'')*)'/g)].map(([, text]) => text!.replaceAll("''", "'"));
  const numbers = [
    ...definition.replace(/'(?:[^']|'')*'/g, "").matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])/g),
  ];
  return [...new Set([...texts, ...numbers.map(([number]) => number)])];
}
