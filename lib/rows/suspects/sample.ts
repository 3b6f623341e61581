/** A bounded sample of tables' rows, and the places in it where ids may stand. */

import type pg from "pg";
import type { Column, Table } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { inBatches, TABLES_AT_ONCE } from "./batches.ts";
import { gatherPlaces, type Place } from "./places.ts";

const SAMPLE_ROWS = 500;
const SAMPLE_LENGTH = 4_000;

/** A place, and the table whose column it is of. */
export interface Found {
  readonly table: string;
  readonly place: Place;
}

/** A table, and those of its columns that are looked at. */
export interface OpenTable {
  readonly table: Table;
  readonly columns: readonly Column[];
}

/** The server reads the next tables while these ones are gone through. */
export async function samplePlaces(client: pg.ClientBase, tables: readonly OpenTable[]): Promise<Found[]> {
  const found: Found[] = [];
  const batches = inBatches(tables, TABLES_AT_ONCE);
  let ahead = batches[0] === undefined ? null : readSamples(client, batches[0]);
  for (const [at, batch] of batches.entries()) {
    const samples = (await ahead)!;
    const next = batches[at + 1];
    ahead = next === undefined ? null : readSamples(client, next);
    for (const [index, { table, columns }] of batch.entries()) {
      const gatherer = gatherPlaces();
      for (const row of samples[index]!)
        for (const [position, text] of row.entries())
          if (text !== null) gatherer.add(columns[position]!, text);
      found.push(...gatherer.places().map((place) => ({ table: table.id, place })));
    }
  }
  return found;
}

/** As text, one list of rows a table. */
type Samples = readonly (readonly (readonly (string | null)[])[])[];

/** Several statements in one message, answered in their order; each has the session's timeout for itself. */
async function readSamples(client: pg.ClientBase, tables: readonly OpenTable[]): Promise<Samples> {
  type Result = pg.QueryArrayResult<(string | null)[]>;
  const answer: Result | Result[] = await client.query<(string | null)[]>({
    text: tables.map(sampleOf).join(";\n"),
    rowMode: "array",
  });
  return (Array.isArray(answer) ? answer : [answer]).map(({ rows }) => rows);
}

/** Some pages of a big table, the first rows of a small one. Random System Sampling: SELECT, TABLESAMPLE. */
function sampleOf({ table, columns }: OpenTable): string {
  const rows = table.estimatedRows ?? 0;
  const some =
    rows > 100 * SAMPLE_ROWS ? ` TABLESAMPLE SYSTEM (${Math.min(100, (2_000 * SAMPLE_ROWS) / rows)})` : "";
  const list = columns.map((column) => {
    const name = quoteIdentifier(column.name);
    const text = column.elementType === null ? `${name}::text` : `array_to_json(${name})::text`;
    return `left(${text}, ${SAMPLE_LENGTH})`;
  });
  return `SELECT ${list.join(", ")} FROM ${ownRows(table)}${some} LIMIT ${SAMPLE_ROWS}`;
}
