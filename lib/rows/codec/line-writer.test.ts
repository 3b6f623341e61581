import fc from "fast-check";
import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { copyOut } from "../../postgres/copy-streams.ts";
import { quoteIdentifier } from "../../postgres/identifiers.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { createLineWriter, LINE_MARGIN } from "./line-writer.ts";

let client: pg.Client;
beforeAll(async () => {
  client = await (await createTestDatabase("empty")).connect();
});

/** Names that JSON escapes, and the longest there is. */
const COLUMNS = [
  { name: "yes", encoding: "literal", type: "bool" },
  { name: 'a "quoted"\n\u0001\\name', encoding: "text", type: "text" },
  { name: "small", encoding: "literal", type: "int2" },
  { name: "\u0001".repeat(63), encoding: "text", type: "text" },
  { name: "é", encoding: "literal", type: "int4" },
  { name: "bytes", encoding: "text", type: "bytea" },
] as const;

async function bytesOf(sql: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of copyOut(client, sql)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function linesOf(rows: Buffer, limit = 100 * rows.length): string {
  const target = Buffer.alloc(limit + LINE_MARGIN);
  const writer = createLineWriter(COLUMNS);
  writer.write(rows, 0, rows.length, target, 0, limit);
  return target.toString("utf8", 0, writer.to);
}

test("a line is what row_to_json prints of the same row, its texts taken for texts", async () => {
  await client.query(
    `CREATE TABLE public.rows (n int, ${COLUMNS.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(", ")})`,
  );
  const text = fc.option(
    fc.oneof(
      fc.string({ unit: "binary" }).map((value) => value.replaceAll("\0", "")),
      fc.string({ unit: fc.constantFrom(...'\b\f\n\r\t\v\\"/\u0001\u001f\u007fNx.<') }),
    ),
  );
  const row = fc.tuple(
    fc.option(fc.boolean()),
    text,
    fc.option(fc.integer({ min: -32768, max: 32767 })),
    text,
    fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
  );
  const list = COLUMNS.map(({ name }) => `t.${quoteIdentifier(name)}`).join(", ");
  let lines = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      await client.query("TRUNCATE public.rows");
      for (const [n, values] of rows.entries())
        await client.query("INSERT INTO public.rows VALUES ($1, $2, $3, $4, $5, $6, $7)", [n, ...values]);
      const written = linesOf(await bytesOf(`COPY (SELECT ${list} FROM public.rows t ORDER BY n) TO STDOUT`));
      const json = await client.query<{ line: string }>(
        `SELECT row_to_json(r)::text AS line FROM (SELECT ${list} FROM public.rows t ORDER BY n) r`,
      );
      expect(written).toBe(json.rows.map(({ line }) => `${line}\n`).join(""));
      lines += json.rows.length;
    }),
  );
  expect(lines).toBeGreaterThan(500);
});

test("a table without columns has lines, too", () => {
  const writer = createLineWriter([]);
  const target = Buffer.alloc(20 + LINE_MARGIN);
  writer.write(Buffer.from("\n\n"), 0, 2, target, 0, 20);
  expect(target.toString("utf8", 0, writer.to)).toBe("{}\n{}\n");
});

test("it stops before the line that does not fit, wherever the limit falls, and goes on from there", () => {
  const rows = Buffer.from('t\t\\N\t1\tx\\n"\t-2\t\\\\x00\nf\té\t\\N\t\u0001\t\\N\t\n');
  const whole = linesOf(rows);
  const ends = [0, Buffer.byteLength(whole.slice(0, whole.indexOf("\n") + 1)), Buffer.byteLength(whole)];
  for (let limit = 0; limit <= ends[2]! + 1; limit++) {
    const fit = ends.findLastIndex((end) => end <= limit);
    const writer = createLineWriter(COLUMNS);
    const target = Buffer.alloc(limit + LINE_MARGIN);
    writer.write(rows, 0, rows.length, target, 0, limit);
    expect([limit, writer.rows, writer.to]).toEqual([limit, fit, ends[fit]]);
    const first = target.toString("utf8", 0, writer.to);
    const rest = rows.subarray(writer.at);
    expect(first + linesOf(rest, 1000)).toBe(whole);
  }
});
