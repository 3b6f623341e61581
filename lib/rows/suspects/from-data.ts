/**
 * References that nobody has declared, found in the data: a bounded sample of each column's values, and which of them
 * are ids of a table that tenants' rows lie in or point at. A suggestion with its evidence, never a decision.
 */
import type pg from "pg";
import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import type { Answers } from "../../tenancy/answers.ts";
import { isInteger, isJson, isText, isUuid } from "../../tenancy/column-types.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { isOwnKey } from "../../tenancy/own-keys.ts";
import { isReadable } from "../readable.ts";
import { asCompared, couldBe, idsAmong, type KeyKind, kindOf, type Target, targetsOf } from "./keys.ts";
import type { Place, Surroundings } from "./places.ts";
import { type Found, samplePlaces } from "./sample.ts";

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

/**
 * One sample a table, and one look into each table's keys: bounded whatever the tables hold. Tables that the role may
 * not read, or whose rows a policy could hide from it, are left out.
 */
export async function suspectsFromData(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  answers: Answers,
): Promise<DataEvidence> {
  const open = [...model.tables.values()].flatMap((modelTable) => {
    const table = catalog.tables.get(modelTable.id)!;
    if (!isLookedAt(modelTable, table) || !isReadable(catalog, table)) return [];
    const columns = openColumns(model, modelTable, table, answers);
    return columns.length === 0 ? [] : [{ table, columns }];
  });
  const found = await samplePlaces(client, open);
  const suspects: Suspect[] = [];
  for (const [kind, targets] of Map.groupBy(targetsOf(catalog, model), kindOf)) {
    const may = found.filter(({ place }) => mayPointAt(kind, place));
    const asked = new Set(
      may.flatMap(({ place }) => [...place.values.keys()].filter((value) => couldBe(kind, value))),
    );
    const ids = await idsAmong(client, kind, targets, [...asked]);
    for (const [at, target] of targets.entries()) suspects.push(...pointingAt(target, ids[at]!, may));
  }
  return { suspects: convincing(suspects, catalog), sampled: sampledOf(found) };
}

function sampledOf(found: readonly Found[]): Sampled[] {
  return found
    .filter(({ place }) => !place.inside)
    .map(({ table, place }) => ({ table, column: place.column, values: place.values.size }));
}

function pointingAt(target: Target, ids: ReadonlySet<string>, may: readonly Found[]): Suspect[] {
  if (ids.size === 0) return [];
  return may.flatMap(({ table, place }) => {
    if (table === target.table.id && place.column === target.column.name) return [];
    const hits = [...place.values].filter(([value]) => ids.has(asCompared(target, value)));
    if (hits.length === 0) return [];
    return [
      {
        table,
        place,
        target: { table: target.table.id, column: target.column.name },
        hits: hits.length,
        sampled: place.values.size,
        around: hits.flatMap(([, around]) => around),
      },
    ];
  });
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

/** Numbers only where they can convince: see there. */
function mayPointAt(kind: KeyKind, place: Place): boolean {
  const values = [...place.values.keys()];
  return kind === "int8"
    ? isCalledLikeId(place) && values.every((value) => couldBe(kind, value))
    : values.some((value) => couldBe(kind, value));
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
