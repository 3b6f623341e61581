/**
 * A table, its lines through the transcoder, and an empty twin to load them into: the walk of a row on a small
 * scale, for tests that ask whether what comes back is what was there.
 */
import type pg from "pg";
import type { ManifestColumn } from "../../../bundle/manifest.ts";
import type { Column } from "../../../catalog/catalog.ts";
import { copyIn, copyOut } from "../../../postgres/copy-streams.ts";
import { quoteIdentifier } from "../../../postgres/identifiers.ts";
import { cutParts } from "../../export/parts.ts";
import { columnEncoding, lineExpression } from "../../select-list.ts";
import { createTranscoder, type TranscoderOptions } from "../transcode.ts";

export type LineColumn = Pick<Column, "name" | "baseType" | "baseTypeOid" | "typeKind" | "elementType">;

const COLUMNS_OF_TABLE = `
  WITH RECURSIVE under AS (
    SELECT a.attnum, a.attname, a.atttypid AS type FROM pg_attribute a
    WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT u.attnum, u.attname, t.typbasetype FROM under u JOIN pg_type t ON t.oid = u.type WHERE t.typtype = 'd')
  SELECT u.attname AS name, n.nspname || '.' || t.typname AS "baseType", t.oid::int8::float8 AS "baseTypeOid",
    CASE t.typtype WHEN 'b' THEN 'base' WHEN 'c' THEN 'composite' WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range'
      WHEN 'm' THEN 'multirange' ELSE 'pseudo' END AS "typeKind",
    CASE WHEN t.typcategory = 'A' THEN (SELECT en.nspname || '.' || e.typname FROM pg_type e
      JOIN pg_namespace en ON en.oid = e.typnamespace WHERE e.oid = t.typelem) END AS "elementType"
  FROM under u JOIN pg_type t ON t.oid = u.type JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype <> 'd' ORDER BY u.attnum`;

export async function readLineColumns(client: pg.ClientBase, table: string): Promise<LineColumn[]> {
  return (await client.query<LineColumn>(COLUMNS_OF_TABLE, [`public.${quoteIdentifier(table)}`])).rows;
}

export interface Carried {
  readonly lines: Buffer;
  readonly rows: number;
  readonly digest: [string, string] | null;
}

/** Every row of `source` as a line, through the transcoder, into `target`. */
export async function carry(
  client: pg.ClientBase,
  source: string,
  target: string,
  options: Partial<TranscoderOptions> = {},
): Promise<Carried> {
  const columns = await readLineColumns(client, source);
  const lines = await readLines(client, source, columns);
  const transcoder = createTranscoder({
    label: source,
    columns: lineColumns(columns),
    digest: true,
    ...options,
  });
  async function* rows(): AsyncGenerator<Buffer> {
    for (let at = 0; at < lines.length; at += 1000) yield* transcoder.write(lines.subarray(at, at + 1000));
    yield transcoder.end();
  }
  const format = options.binary ? "binary" : "text";
  const into = `COPY public.${quoteIdentifier(target)} FROM STDIN WITH (FORMAT ${format})`;
  const loaded = await copyIn(client, into, rows());
  return { lines, rows: loaded, digest: transcoder.digest() };
}

/** The table's rows as a bundle's lines, in its own order. */
export async function readLines(
  client: pg.ClientBase,
  table: string,
  columns: LineColumn[],
): Promise<Buffer> {
  const list = columns.map((column) => lineExpression(column as Column, "t")).join(", ");
  const rows = copyOut(
    client,
    `COPY (SELECT ${list} FROM public.${quoteIdentifier(table)} t ORDER BY n) TO STDOUT`,
  );
  const lines: Buffer[] = [];
  for await (const { chunks } of cutParts(rows, lineColumns(columns))) lines.push(Buffer.concat([...chunks]));
  return Buffer.concat(lines);
}

function lineColumns(columns: readonly LineColumn[]): Pick<ManifestColumn, "name" | "encoding">[] {
  return columns.map((column) => ({ name: column.name, encoding: columnEncoding(column) }));
}

/** All values by their send functions: bit for bit. */
export function binaryOf(client: pg.ClientBase, table: string): Promise<Buffer> {
  const query = `SELECT * FROM public.${quoteIdentifier(table)} ORDER BY n`;
  return bytesOf(client, `COPY (${query}) TO STDOUT WITH (FORMAT binary)`);
}

/** All rows as record text, in order of `n`. */
export async function recordsOf(client: pg.ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ record: string }>(
    `SELECT ${await rowOf(client, table)}::text AS record FROM public.${quoteIdentifier(table)} t ORDER BY n`,
  );
  return rows.map((row) => row.record);
}

/** The digest as the database computes it from its table, each row as one text. */
export async function digestOf(client: pg.ClientBase, table: string): Promise<[string, string]> {
  const hash = `hashtextextended(${await rowOf(client, table)}::text, 0)`;
  const sum = (of: string) =>
    `((sum(${of}) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616)::text`;
  const { rows } = await client.query<{ first: string; second: string }>(
    `SELECT ${sum(hash)} AS first, ${sum(`hashint8extended(${hash}, 42)`)} AS second
       FROM public.${quoteIdentifier(table)} t`,
  );
  return [rows[0]?.first ?? "", rows[0]?.second ?? ""];
}

/** The whole row; xml by its cast, which gives it as it is stored: its output function leaves things out. */
async function rowOf(client: pg.ClientBase, table: string): Promise<string> {
  const columns = await readLineColumns(client, table);
  const list = columns.map(({ name, baseType }) =>
    baseType === "pg_catalog.xml" ? `t.${quoteIdentifier(name)}::text` : `t.${quoteIdentifier(name)}`,
  );
  return `ROW(${list.join(", ")})`;
}

async function bytesOf(client: pg.ClientBase, copy: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of copyOut(client, copy)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
