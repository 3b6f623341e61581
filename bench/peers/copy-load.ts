/**
 * The import's floor: plain COPY of text by `psql \copy`, from files made beforehand, under the replica role in
 * one transaction. Nothing is checked, mapped, locked or proved, and the file is trusted.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quoteColumns, quoteIdentifier, quoteQualified } from "../../lib/postgres/identifiers.ts";
import { type Extent, fromExtent } from "../../lib/rows/export/jobs.ts";
import { runShell, shellWord } from "../tools.ts";

/** Every column that is stored, secrets too: the floor loads rows as they were. */
export function storedColumns(extent: Extent): string[] {
  return extent.modelTable.columns.filter((column) => !column.computed).map((column) => column.name);
}

/** Where the rows of a table lie as COPY text. */
export function textFile(folder: string, extent: Extent): string {
  return join(folder, `${extent.ordinal}.copy`);
}

/** Writes each table's rows as COPY text, in the order in which the database has them. */
export async function unloadText(source: string, folder: string, extents: readonly Extent[]): Promise<void> {
  const script = join(folder, "unload.sql");
  const lines = extents.map((extent) => {
    const rows = `SELECT ${quoteColumns(storedColumns(extent), "t")} FROM ${fromExtent(extent)} WHERE ${extent.condition}`;
    return `\\copy (${rows}) TO '${textFile(folder, extent)}'\n`;
  });
  await writeFile(script, lines.join(""));
  await runShell(`psql -Xq -v ON_ERROR_STOP=1 -f ${shellWord(script)}`, source);
}

/** Where the rows of a table lie as JSON Lines. */
export function linesFile(folder: string, extent: Extent): string {
  return join(folder, `${extent.ordinal}.jsonl`);
}

/** Writes each table's rows as JSON Lines, every value as text, in the same order. */
export async function unloadLines(source: string, folder: string, extents: readonly Extent[]): Promise<void> {
  for (const extent of extents) {
    const values = storedColumns(extent).map((column) => {
      const name = quoteIdentifier(column);
      return `t.${name}::text AS ${name}`;
    });
    const rows = `SELECT row_to_json(r) FROM (SELECT ${values.join(", ")} FROM ${fromExtent(extent)} WHERE ${extent.condition}) r`;
    // COPY's text form doubles the backslashes that JSON has; unaligned output leaves a line as it is.
    await runShell(
      `psql -XqAt -v ON_ERROR_STOP=1 -v FETCH_COUNT=10000 -c ${shellWord(rows)} -o ${shellWord(linesFile(folder, extent))}`,
      source,
    );
  }
}

/** Writes the script; the function that comes back loads the files into the database that it is given. */
export async function copyLoad(
  folder: string,
  extents: readonly Extent[],
): Promise<(url: string) => Promise<void>> {
  const script = join(folder, "load.sql");
  const copies = extents.map((extent) => {
    const table = quoteQualified(extent.table.schema, extent.table.name);
    return `\\copy ${table} (${quoteColumns(storedColumns(extent))}) FROM '${textFile(folder, extent)}'\n`;
  });
  await writeFile(
    script,
    `BEGIN;\nSET LOCAL session_replication_role = replica;\n${copies.join("")}COMMIT;\n`,
  );
  return (url) => runShell(`psql -Xq -v ON_ERROR_STOP=1 -f ${shellWord(script)}`, url);
}
