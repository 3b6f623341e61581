/**
 * References that nobody has declared, found in the data: a bounded sample of each column's values, and which of them
 * are ids of a table that tenants' rows lie in or point at. A suggestion with its evidence, never a decision.
 */
import type pg from "pg";
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { Answers } from "../../tenancy/answers.ts";
import { isInteger, isJson, isText, isUuid } from "../../tenancy/column-types.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { isOwnKey } from "../../tenancy/own-keys.ts";
import { isReadable } from "../readable.ts";
import { gatherPlaces, type Place, type Surroundings } from "./places.ts";

/** A place whose values are ids of a table. */
export interface Suspect {
  readonly table: string;
  readonly place: Pick<Place, "column" | "path" | "each" | "inside">;
  readonly target: { readonly table: string; readonly column: string };
  /** Distinct values that are ids there, of so many in the sample. */
  readonly hits: number;
  readonly sampled: number;
  readonly around: readonly Surroundings[];
}

/** A column that was looked at, and how many distinct values of it. */
export interface Sampled {
  readonly table: string;
  readonly column: string;
  readonly values: number;
}

export interface DataEvidence {
  readonly suspects: readonly Suspect[];
  readonly sampled: readonly Sampled[];
}

const SAMPLE_ROWS = 500;
const SAMPLE_LENGTH = 4_000;
const LOOKED_UP_AT_ONCE = 5_000;

/**
 * One statement a table, and one for each kind of id: bounded whatever the tables hold. Tables that the role may not
 * read, or whose rows a policy could hide from it, are left out.
 */
export async function suspectsFromData(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  answers: Answers,
): Promise<DataEvidence> {
  const found: { readonly table: string; readonly place: Place }[] = [];
  const sampled: Sampled[] = [];
  for (const modelTable of model.tables.values()) {
    const table = catalog.tables.get(modelTable.id)!;
    const columns =
      isLookedAt(modelTable, table) && isReadable(catalog, table)
        ? openColumns(model, modelTable, table, answers)
        : [];
    if (columns.length === 0) continue;
    const places = await samplePlaces(client, table, columns);
    found.push(...places.map((place) => ({ table: table.id, place })));
    for (const place of places)
      if (!place.inside) sampled.push({ table: table.id, column: place.column, values: place.values.size });
  }
  const suspects: Suspect[] = [];
  for (const target of targetsOf(catalog, model)) {
    const may = found.filter(({ place }) => [...place.values.keys()].some((value) => couldBe(target, value)));
    const ids = await idsAmong(client, target, new Set(may.flatMap(({ place }) => [...place.values.keys()])));
    for (const { table, place } of may) {
      if (table === target.table.id && place.column === target.column.name) continue;
      const hits = [...place.values].filter(([value]) => ids.has(value.toLowerCase()));
      if (hits.length === 0) continue;
      suspects.push({
        table,
        place,
        target: { table: target.table.id, column: target.column.name },
        hits: hits.length,
        sampled: place.values.size,
        around: hits.flatMap(([, around]) => around),
      });
    }
  }
  return { suspects: convincing(suspects, catalog), sampled };
}

/** Rows that travel, and shared ones, which may name tenants. */
function isLookedAt({ class: tableClass }: ModelTable, { kind }: Table): boolean {
  return tableClass !== "excluded" && kind !== "foreign";
}

/** Columns that may hold ids, and that nobody has said anything of. */
function openColumns(model: TenancyModel, modelTable: ModelTable, table: Table, answers: Answers): Column[] {
  const said = new Set(
    [
      ...model.references.filter(({ kind }) => kind !== "polymorphic"),
      ...model.sharedReferences,
      ...answers.references.map(({ from }) => ({
        from: { table: from.table.id, columns: [from.column.name] },
      })),
    ].flatMap(({ from }) => (from.table === table.id ? from.columns : [])),
  );
  for (const { columns } of table.foreignKeys) for (const name of columns) said.add(name);
  return table.columns.filter((column) => {
    const type = column.elementType ?? column.baseType;
    const known = modelTable.columns.find(({ name }) => name === column.name)!;
    return (
      !said.has(column.name) &&
      column.generated === null &&
      known.class !== "secret" &&
      known.class !== "hashed" &&
      !(modelTable.path?.hops.length === 0 && modelTable.path.column === column.name) &&
      (isUuid(type) || isInteger(type) || isText(type) || isJson(column.baseType)) &&
      !(isInteger(type) && isOwnKey(table, column.name))
    );
  });
}

/** Some pages of a big table, the first rows of a small one. Random System Sampling: SELECT, TABLESAMPLE. */
async function samplePlaces(
  client: pg.ClientBase,
  table: Table,
  columns: readonly Column[],
): Promise<Place[]> {
  const rows = table.estimatedRows ?? 0;
  const some =
    rows > 100 * SAMPLE_ROWS ? ` TABLESAMPLE SYSTEM (${Math.min(100, (2_000 * SAMPLE_ROWS) / rows)})` : "";
  const list = columns.map((column) => {
    const name = quoteIdentifier(column.name);
    const text = column.elementType === null ? `${name}::text` : `array_to_json(${name})::text`;
    return `left(${text}, ${SAMPLE_LENGTH})`;
  });
  const only = table.kind === "table" ? "ONLY " : "";
  const { rows: sample } = await client.query<(string | null)[]>({
    text: `SELECT ${list.join(", ")} FROM ${only}${quoteQualified(table.schema, table.name)}${some} LIMIT ${SAMPLE_ROWS}`,
    rowMode: "array",
  });
  const gatherer = gatherPlaces();
  for (const row of sample)
    for (const [at, text] of row.entries()) if (text !== null) gatherer.add(columns[at]!, text);
  return gatherer.places();
}

interface Target {
  readonly table: Table;
  readonly column: Column;
}

/** Keys of owned and common tables that identify a row alone; a key that is another table's is that one's. */
function targetsOf(catalog: Catalog, model: TenancyModel): Target[] {
  return [...model.tables.values()]
    .filter((table) => table.common !== null || model.loadOrder.includes(table.id))
    .flatMap(({ id }) => {
      const table = catalog.tables.get(id)!;
      if (!isReadable(catalog, table)) return [];
      return table.columns
        .filter(
          ({ name, baseType }) =>
            isOwnKey(table, name) && (isUuid(baseType) || isInteger(baseType) || isText(baseType)),
        )
        .filter(({ name }) => !table.foreignKeys.some(({ columns }) => columns.includes(name)))
        .map((column) => ({ table, column }));
    });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A word shorter than this may stand in many columns and mean many things. */
const SHORTEST_WORD = 10;

function couldBe({ column }: Target, value: string): boolean {
  if (isUuid(column.baseType)) return UUID.test(value);
  if (isInteger(column.baseType)) return /^[1-9]\d{0,8}$/.test(value);
  return value.length >= SHORTEST_WORD && value.length <= 64;
}

async function idsAmong(
  client: pg.ClientBase,
  target: Target,
  values: ReadonlySet<string>,
): Promise<Set<string>> {
  const asked = [...values].filter((value) => couldBe(target, value));
  const name = quoteIdentifier(target.column.name);
  const type = isUuid(target.column.baseType) ? "uuid" : isInteger(target.column.baseType) ? "int8" : "text";
  const found = new Set<string>();
  for (let from = 0; from < asked.length; from += LOOKED_UP_AT_ONCE) {
    const { rows } = await client.query<{ id: string }>(
      `SELECT ${name}::text AS id FROM ${quoteQualified(target.table.schema, target.table.name)} WHERE ${name} = ANY ($1::${type}[])`,
      [asked.slice(from, from + LOOKED_UP_AT_ONCE)],
    );
    for (const { id } of rows) found.add(id.trimEnd().toLowerCase());
  }
  return found;
}

/**
 * Random ids meet nobody by chance: one hit tells. Small numbers are ids of every table that counts: only where a
 * column is called like a reference, all of its values fit, and one table alone has them, or the one it is called after.
 */
function convincing(suspects: readonly Suspect[], catalog: Catalog): Suspect[] {
  const typeOf = ({ target }: Suspect) =>
    catalog.tables.get(target.table)!.columns.find(({ name }) => name === target.column)!.baseType;
  const byPlace = Map.groupBy(suspects, ({ table, place }) =>
    JSON.stringify([table, place.column, place.path, place.each]),
  );
  return [...byPlace.values()].flatMap((here) => {
    const words = here.filter((each) => !isInteger(typeOf(each)));
    if (words.length > 0) return words.toSorted((a, b) => b.hits - a.hits);
    const fitting = here.filter(
      ({ place, hits, sampled }) => hits === sampled && sampled >= 3 && isCalledLikeId(place),
    );
    const named = fitting.filter(({ place, target }) => isNamedAfter(place, target.table));
    if (named.length > 0) return named.slice(0, 1);
    return fitting.length === 1 ? fitting : [];
  });
}

function nameOf({ column, path }: Pick<Place, "column" | "path">): string {
  const last = path === null ? column : (/([A-Za-z0-9_-]+)(?:\[\*\]|'\])*$/.exec(path)?.[1] ?? column);
  return last.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

function isCalledLikeId(place: Pick<Place, "column" | "path">): boolean {
  return /(?:^|_)ids?$/.test(nameOf(place));
}

/** `author_user_ids` after `users`. */
function isNamedAfter(place: Pick<Place, "column" | "path">, table: string): boolean {
  const stem = nameOf(place).replace(/_?ids?$/, "");
  const name = table.split(".").at(-1)!.replaceAll('"', "").toLowerCase();
  return (
    stem !== "" &&
    [stem, `${stem}s`, `${stem}es`, stem.replace(/y$/, "ies")].some(
      (each) => name === each || each.endsWith(`_${name}`),
    )
  );
}
