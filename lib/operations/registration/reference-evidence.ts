/** What the values of a column say: are they keys of rows that are there? A sample, never a proof. */
import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { describeDatabaseError } from "../../postgres/connection.ts";
import {
  parseQualified,
  qualifiedColumn,
  qualifiedName,
  quoteColumns,
  quoteIdentifier,
  quoteLiteral,
  quoteQualified,
} from "../../postgres/identifiers.ts";
import { wasCancelled, withStatementTimeout } from "../../postgres/statement-timeout.ts";
import { comparable } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

export interface Evidence {
  /** As the database prints it. */
  readonly type: string;
  readonly array: boolean;
  /** Different values that were looked at; null where reading them took too long, or is not allowed. */
  readonly sampled: number | null;
  /** A few of them, shortened. */
  readonly samples: readonly string[];
  /** Columns whose values they could be, with how many of the sample are there; the most first. */
  readonly targets: readonly { readonly to: string; readonly hits: number }[];
}

/** Rows that are read, and different values of them that are looked up. */
const ROWS = 5_000;
const VALUES = 200;
const SHOWN = 3;
const LONGEST_SHOWN = 40;
/** Tables that are asked whether they have such keys. */
const MOST_TARGETS = 40;

/** A page waits for all of them. Milliseconds for each. */
const PATIENCE = 2_000;
const INSUFFICIENT_PRIVILEGE = "42501";

interface Read {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
}

/** One statement each, in their order. @param columns qualified, of tables of the catalog */
export async function evidenceFor(
  client: pg.ClientBase,
  read: Read,
  columns: readonly string[],
): Promise<Evidence[]> {
  if (columns.length === 0) return [];
  return withStatementTimeout(client, PATIENCE, async () => {
    const found: Evidence[] = [];
    for (const column of columns) found.push(await evidenceOf(client, read, column));
    return found;
  });
}

async function evidenceOf(
  client: pg.ClientBase,
  { catalog, model }: Read,
  column: string,
): Promise<Evidence> {
  const [schema = "", name = "", attribute = ""] = parseQualified(column) ?? [];
  const table = catalog.tables.get(qualifiedName(schema, name));
  const known = table?.columns.find((each) => each.name === attribute);
  if (table === undefined || known === undefined) throw new Error(`${column} is no column of the catalog`);
  const array = known.elementType !== null;
  const none: Evidence = { type: known.type, array, sampled: null, samples: [], targets: [] };
  const value = array ? `unnest(${quoteColumns([attribute])})` : quoteColumns([attribute]);
  const sample = `SELECT DISTINCT v FROM (SELECT ${value} AS v FROM ${quoteQualified(table.schema, table.name)} LIMIT ${ROWS}) r WHERE num_nonnulls(v) = 1 LIMIT ${VALUES}`;
  const keys = possibleTargets(catalog, model, table, known.elementType ?? known.baseType);
  const counts = keys.map(
    ({ target, key }) =>
      `SELECT ${quoteLiteral(qualifiedColumn(target.id, key))} AS target, count(*)::int AS hits, NULL FROM s JOIN ${quoteQualified(target.schema, target.name)} k ON k.${quoteIdentifier(key)} = s.v`,
  );
  const statement = [
    `WITH s AS MATERIALIZED (${sample})`,
    [
      `SELECT NULL AS target, count(*)::int AS hits, (array_agg(left(v::text, ${LONGEST_SHOWN})))[1:${SHOWN}] AS samples FROM s`,
      ...counts,
    ].join(" UNION ALL "),
  ].join(" ");
  try {
    const { rows } = await client.query<{ target: string | null; hits: number; samples: string[] | null }>(
      statement,
    );
    const all = rows.find(({ target }) => target === null);
    const targets = rows.flatMap(({ target, hits }) => (target === null ? [] : [{ to: target, hits }]));
    return {
      ...none,
      sampled: all?.hits ?? 0,
      samples: all?.samples ?? [],
      targets: targets.filter(({ hits }) => hits > 0).toSorted((a, b) => b.hits - a.hits),
    };
  } catch (error) {
    // Cancelled, or the role may not read one of the tables: the card is there without evidence.
    if (wasCancelled(error) || describeDatabaseError(error).sqlstate === INSUFFICIENT_PRIVILEGE) return none;
    throw error;
  }
}

/** Tables with a key of one column of that type; sequences make integers fit everywhere, so owned tables come first. */
function possibleTargets(catalog: Catalog, model: TenancyModel, from: Table, type: string) {
  const owned = new Set(model.loadOrder);
  return [...catalog.tables.values()]
    .filter((target) => target.partitionOf === null && target.id !== from.id && target.privileges.select)
    .flatMap((target) => {
      const key = target.keys.find(({ plain, columns }) => plain && columns.length === 1)?.columns[0];
      const column = target.columns.find(({ name }) => name === key);
      return key === undefined || column === undefined || !comparable(column.baseType, type)
        ? []
        : [{ target, key }];
    })
    .toSorted((a, b) => Number(owned.has(b.target.id)) - Number(owned.has(a.target.id)))
    .slice(0, MOST_TARGETS);
}
