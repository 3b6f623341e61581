/**
 * Rows that migrations have put into a new database, where a bundle's common rows come to lie. The same row, by its
 * natural key, has the bundle's values and id from then on, for later migrations are to find what was there in truth;
 * another one whose id is taken gets a new one; what else collides is a finding.
 */
import type pg from "pg";
import type { ManifestReferenceTable } from "../../bundle/manifest.ts";
import type { Catalog, ForeignKey, Key, Table } from "../../catalog/catalog.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { quoteColumns, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { isInteger, isUuid } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Landing } from "../drill/reference-rows.ts";
import { appendedSecrets } from "../import/appended-secrets.ts";
import { sharedRowCondition } from "../shared-rows.ts";

interface Staged {
  readonly target: Table;
  readonly bundled: ManifestReferenceTable;
  /** Quoted. */
  readonly place: string;
}

/** For `insertReferenceRows`, which has switched triggers off: rows wait beside their tables, and then meet the seeds. */
export function meetSeeds(client: pg.ClientBase, catalog: Catalog, model: TenancyModel): Landing {
  const staged = new Map<string, Staged>();
  return {
    async place(target, bundled) {
      const known = staged.get(target.id);
      if (known !== undefined) return known.place;
      const place = `pg_temp.${quoteIdentifier(`staged_${staged.size + 1}`)}`;
      await client.query(
        `CREATE TEMP TABLE ${place.slice("pg_temp.".length)} (LIKE ${name(target)}) ON COMMIT DROP`,
      );
      // Computed columns are no columns of the bundle, and stay empty here.
      for (const { name: column, nullable } of target.columns)
        if (!nullable)
          await client.query(`ALTER TABLE ${place} ALTER COLUMN ${quoteIdentifier(column)} DROP NOT NULL`);
      staged.set(target.id, { target, bundled, place });
      return place;
    },
    async settle() {
      for (const each of staged.values()) await settle(client, catalog, model, each);
    },
  };
}

const name = ({ schema, name: table }: Pick<Table, "schema" | "name">) => quoteQualified(schema, table);

async function settle(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  staged: Staged,
): Promise<void> {
  const { target, bundled, place } = staged;
  const { rows } = await client.query<{ seeded: boolean }>(
    `SELECT EXISTS (SELECT FROM ${name(target)}) AS seeded`,
  );
  if (rows[0]!.seeded) {
    const pointing = pointingAt(catalog, target);
    const match = bundled.match.map(
      (column) => `t.${quoteIdentifier(column)} IS NOT DISTINCT FROM s.${quoteIdentifier(column)}`,
    );
    const isSame = [...match, sharedRowCondition(model.tables.get(target.id)!, "t")].join(" AND ");
    for (const key of pointing)
      await client.query(
        repoint(
          key,
          `SELECT ${both(key.targetColumns, "t", "s")} FROM ${name(target)} t JOIN ${place} s ON ${isSame}`,
        ),
      );
    await client.query(`DELETE FROM ${name(target)} t USING ${place} s WHERE ${isSame}`);
    for (const key of target.keys.filter(({ plain }) => plain)) await makeWay(client, staged, key, pointing);
  }
  const columns = [...bundled.columns, ...appendedSecrets(bundled, target)].map((column) => column.name);
  await client.query(
    `INSERT INTO ${name(target)} (${quoteColumns(columns)}) OVERRIDING SYSTEM VALUE SELECT ${quoteColumns(columns)} FROM ${place}`,
  );
}

interface Pointing extends ForeignKey {
  readonly child: Table;
}

function pointingAt(catalog: Catalog, target: Table): Pointing[] {
  return [...catalog.tables.values()].flatMap((child) =>
    child.foreignKeys.filter(({ table }) => table === target.id).map((key) => ({ ...key, child })),
  );
}

/** `t.a AS o0, s.a AS n0, …` */
function both(columns: readonly string[], before: string, after: string): string {
  return columns
    .flatMap((column, at) => [
      `${before}.${quoteIdentifier(column)} AS o${at}`,
      `${after}.${quoteIdentifier(column)} AS n${at}`,
    ])
    .join(", ");
}

/** Other seeds point at where a row is going to be. @param moves gives o0, n0, … for each row */
function repoint({ child, columns }: Pointing, moves: string): string {
  const assignments = columns.map((column, at) => `${quoteIdentifier(column)} = m.n${at}`);
  const conditions = columns.map((column, at) => `c.${quoteIdentifier(column)} = m.o${at}`);
  const isMoved = columns.map((_, at) => `m.o${at} IS DISTINCT FROM m.n${at}`).join(" OR ");
  return `UPDATE ${name(child)} c SET ${assignments.join(", ")} FROM (${moves}) m
           WHERE ${conditions.join(" AND ")} AND (${isMoved})`;
}

/** Another seed has a value that a row of the bundle is to have: an id that the database made is made anew. */
async function makeWay(
  client: pg.ClientBase,
  { target, place, bundled }: Staged,
  key: Key,
  pointing: readonly Pointing[],
): Promise<void> {
  if (!key.columns.every((column) => bundled.columns.some((each) => each.name === column))) return;
  const isTaken = key.columns
    .map((column) => `t.${quoteIdentifier(column)} = s.${quoteIdentifier(column)}`)
    .join(" AND ");
  const taken = `FROM ${name(target)} t JOIN ${place} s ON ${isTaken}`;
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int4 AS count ${taken}`);
  const { count } = rows[0]!;
  if (count === 0) return;
  const fresh = freshId(target, place, key);
  if (fresh === null) throw new Refusal(seedMeetsRow(target.id, key, count));
  const column = quoteIdentifier(key.columns[0]!);
  await client.query(
    `CREATE TEMP TABLE moved ON COMMIT DROP AS SELECT t.${column} AS o0, ${fresh} AS n0 ${taken}`,
  );
  for (const each of pointing)
    if (each.targetColumns.length === 1 && each.targetColumns[0] === key.columns[0])
      await client.query(repoint(each, "SELECT o0, n0 FROM moved"));
  await client.query(`UPDATE ${name(target)} t SET ${column} = n0 FROM moved WHERE t.${column} = o0`);
  await client.query("DROP TABLE moved");
}

/** Beyond every number that is there or comes; null where people choose the key. */
function freshId(target: Table, place: string, { columns }: Key): string | null {
  const column = target.columns.find(({ name: candidate }) => candidate === columns[0])!;
  if (columns.length > 1) return null;
  if (isUuid(column.baseType)) return "pg_catalog.gen_random_uuid()";
  if (column.sequence === null || !isInteger(column.baseType)) return null;
  const highest = (from: string) => `(SELECT max(${quoteIdentifier(column.name)}) FROM ${from})`;
  return `(greatest(${highest(name(target))}, ${highest(place)}) + row_number() OVER ())::${column.type}`;
}

function seedMeetsRow(where: string, { columns }: Key, count: number): Finding {
  return {
    code: "seed-meets-row",
    severity: "blocks",
    where,
    count,
    what: `A migration has put ${count === 1 ? "a row" : `${count} rows`} into ${where} that ${count === 1 ? "has" : "have"} the ${columns.join(", ")} of a row of the bundle, and ${count === 1 ? "is" : "are"} not the same by the natural key under \`common\`.`,
    todo: "Match by these columns in the platform file, or replace the migration by one that does not put them there: --replace VERSION=FILE.",
  };
}
