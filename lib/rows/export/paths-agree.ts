/** Where several paths lead from a row to a tenant they must lead to the same one, row by row. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteColumns, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { OwnershipPath, TenancyModel } from "../../tenancy/model.ts";
import {
  ownershipPredicate,
  type PathDoubt,
  pathDoubt,
  pathsDisagreeSql,
} from "../../tenancy/ownership-sql.ts";

/** A path that may disagree with the one that decides whose the rows are. */
interface OtherPath {
  readonly path: OwnershipPath;
  readonly deciding: OwnershipPath;
  /** Counts the rows on which they disagree; goes through rows of all tenants. */
  readonly sql: string;
  /** Tells by rows of the tenant alone that there are none; null where it could not. */
  readonly doubt: PathDoubt | null;
}

/** What is asked of one table's rows. */
export interface PathCheck {
  readonly table: string;
  /** Everybody's, of the table and of those on the way; estimated. */
  readonly rows: number;
  readonly paths: readonly OtherPath[];
  /** Whether each path with a doubt may disagree: columns `doubt_0`, `doubt_1`, … of one row; null where none has. */
  readonly sql: string | null;
}

/** What has to be asked, table by table. Pure. */
export function pathChecks(catalog: Catalog, model: TenancyModel, tenantKeySql: string): PathCheck[] {
  return model.loadOrder.flatMap((table) => {
    const { path: deciding, otherPaths } = model.tables.get(table)!;
    const paths = otherPaths.flatMap((path, at): OtherPath[] => {
      const sql = pathsDisagreeSql(model, table, path, tenantKeySql);
      if (sql === null || deciding === null) return [];
      const doubt = leadsToOne(catalog, path)
        ? pathDoubt(model, table, path, tenantKeySql, `other_${at}`)
        : null;
      return [{ path, deciding, sql, doubt }];
    });
    const sql = doubtsSql(model, table, paths, tenantKeySql, mostValues(rowsOf(catalog, table)));
    const onTheWay = new Set(paths.flatMap(({ path }) => path.hops.map((hop) => hop.table)));
    const rows = [table, ...onTheWay].reduce((sum, each) => sum + rowsOf(catalog, each), 0);
    return paths.length === 0 ? [] : [{ table, rows, paths, sql }];
  });
}

function rowsOf({ tables }: Catalog, table: string): number {
  return Math.max(0, tables.get(table)?.estimatedRows ?? 0);
}

/** Whether each hop leads to one row at the most: its columns are a key, and no heir has them as well. */
function leadsToOne({ tables }: Catalog, { hops }: OwnershipPath): boolean {
  return hops.every(({ table, targetColumns }) => {
    const hasHeirs = [...tables.values()].some(({ inherits }) => inherits.includes(table));
    const keys = tables.get(table)?.keys ?? [];
    return (
      !hasHeirs &&
      keys.some(({ plain, columns }) => plain && columns.every((name) => targetColumns.includes(name)))
    );
  });
}

function doubtsSql(
  model: TenancyModel,
  table: string,
  paths: readonly OtherPath[],
  tenantKeySql: string,
  most: number,
): string | null {
  const doubts = paths.map(({ doubt }) => doubt).filter((doubt) => doubt !== null);
  if (doubts.length === 0) return null;
  const { schema, name } = model.tables.get(table)!;
  const named = doubts.map(({ columns, condition }, doubt) =>
    columns.map(
      (column, at) =>
        `CASE WHEN ${condition} THEN t.${quoteIdentifier(column)} END AS ${quoteIdentifier(valueName(doubt, at))}`,
    ),
  );
  const joins = doubts.map(({ join }) => join).join(" ");
  const any = doubts.map(({ condition }) => `(${condition})`).join(" OR ");
  const led = doubts.map(({ columns, elsewhere }, doubt) => {
    const values = columns.map(
      (column, at) => `d.${quoteIdentifier(valueName(doubt, at))} AS ${quoteIdentifier(column)}`,
    );
    return `(SELECT count(*) > ${most} FROM doubtful) OR EXISTS (SELECT FROM (SELECT ${values.join(", ")} FROM doubtful d) t WHERE ${elsewhere}) AS ${quoteIdentifier(`doubt_${doubt}`)}`;
  });
  const pointing = [...new Set(doubts.flatMap(({ columns }) => columns))];
  const names = doubts.map((doubt) => `(${doubt.names})`).join(" OR ");
  // OFFSET 0: the tenant's rows are found first. That a join finds nothing the planner takes for so rare that it would
  // make the joins for everybody's rows, and then look whose each one is.
  return `WITH doubtful AS MATERIALIZED (
      SELECT DISTINCT ${named.flat().join(", ")}
        FROM (SELECT ${quoteColumns(pointing, "t")} FROM ${quoteQualified(schema, name)} AS t
               WHERE ${ownershipPredicate(model, table, "t", tenantKeySql)} AND (${names}) OFFSET 0) AS t ${joins}
       WHERE ${any} LIMIT ${most + 1})
    SELECT ${led.join(", ")}`;
}

/**
 * Rows in doubt mostly name somebody who is not there at all, again and again: so many different values are looked up
 * one by one, as long as that is less than going through all tenants' rows.
 *
 * @param rows of the table, everybody's
 */
function mostValues(rows: number): number {
  return Math.min(MOST_VALUES, Math.max(LEAST_VALUES, Math.floor(rows / ROWS_A_LOOK_UP)));
}

/** They are worth no thought, whatever the table's size is taken for. */
const LEAST_VALUES = 1_000;

/** Of the server's memory, a few megabytes. */
const MOST_VALUES = 100_000;

/** So many rows are gone through in the time that one value takes to be looked up. */
const ROWS_A_LOOK_UP = 50;

const valueName = (doubt: number, at: number) => `value_${doubt}_${at}`;

/** Rows on which paths disagree belong to two tenants: they are carried by the path that decides, and reported. */
export async function pathDisagreements(client: pg.ClientBase, check: PathCheck): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const other of await doubtful(client, check)) {
    const { rows } = await client.query<{ count: string }>(other.sql);
    const count = Number(rows[0]!.count);
    if (count > 0) findings.push(crossTenantRows(check.table, other, count));
  }
  return findings;
}

async function doubtful(client: pg.ClientBase, { paths, sql }: PathCheck): Promise<readonly OtherPath[]> {
  if (sql === null) return paths;
  const { rows } = await client.query<Record<string, boolean>>(sql);
  const doubts = paths.filter(({ doubt }) => doubt !== null);
  return paths.filter((path) => path.doubt === null || rows[0]![`doubt_${doubts.indexOf(path)}`]);
}

function crossTenantRows(table: string, { path, deciding }: OtherPath, count: number): Finding {
  return {
    code: "cross-tenant-rows",
    severity: "warns",
    where: table,
    count,
    what: `${count} rows lead to this tenant by one path and to another tenant by ${path.hops.map((hop) => hop.table).join(" → ") || path.column}.`,
    todo: `Repair the rows, or say which path decides: ${[deciding, path].map((each) => `\`${pathLine(table, each)}\``).join(" or ")} under \`tables\`.`,
  };
}

/** The platform file's line that makes a path decide: a column for each table on the way. */
function pathLine(table: string, { hops, column }: OwnershipPath): string {
  return `${table}: { path: [${[...hops.map((hop) => hop.columns[0]), column].join(", ")}] }`;
}
