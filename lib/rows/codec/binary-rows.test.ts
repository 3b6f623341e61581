import fc from "fast-check";
import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import type { Column, Table } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { Refusal } from "../../findings/finding.ts";
import { copyIn } from "../../postgres/copy-streams.ts";
import { pinSession } from "../../postgres/session.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { hashedAs, readRowDigest } from "../proof/row-digest.ts";
import { columnEncoding } from "../select-list.ts";
import { binaryField } from "./binary-fields.ts";
import { putFloat4 } from "./binary-numbers.ts";
import { SETUP } from "./testing/own-types.ts";
import { binaryOf, carry, recordsOf } from "./testing/twin-tables.ts";
import { TYPE_CASES } from "./testing/type-cases.ts";
import { createTranscoder } from "./transcode.ts";

interface Twin {
  readonly type: string;
  readonly values: readonly string[];
  readonly source: string;
  readonly target: string;
}

let client: pg.Client;
let twins: Twin[];
let tables: ReadonlyMap<string, Table>;

const tableOf = (name: string) => tables.get(`public.${name}`) as Table;
const columnOf = (name: string) => tableOf(name).columns[1] as Column;
const named = { n: 0 };

beforeAll(async () => {
  client = await (await createTestDatabase("empty")).connect();
  await client.query(SETUP);
  await pinSession(client);
  twins = [];
  for (const { type, values } of TYPE_CASES) {
    const [source, target] = [`source_${++named.n}`, `target_${named.n}`];
    for (const name of [source, target])
      await client.query(`CREATE TABLE public.${name} (n int4, c ${type})`);
    for (const [n, value] of [...values, null].entries())
      await client.query(`INSERT INTO public.${source} VALUES (${n}, $1)`, [value]);
    twins.push({ type, values, source, target });
  }
  ({ tables } = await readCatalog(client));
  twins = twins.filter(
    ({ source }) => binaryField(columnOf(source)) !== null && hashedAs(columnOf(source)) !== null,
  );
});

const formOf = (name: string) => {
  const { columns } = tableOf(name);
  return { hashed: columns.map(hashedAs), binary: columns.map((column) => binaryField(column)!) };
};

test("every value of each type that goes as binary is there bit for bit, and digested as the server does", async () => {
  expect(twins.length).toBeGreaterThan(30);
  for (const { type, values, source, target } of twins) {
    const carried = await carry(client, source, target, formOf(source));
    expect([type, carried.rows]).toEqual([type, values.length + 1]);
    expect(await recordsOf(client, target)).toEqual(await recordsOf(client, source));
    expect((await binaryOf(client, target)).equals(await binaryOf(client, source))).toBe(true);
    const digest = await readRowDigest(client, tableOf(target), ["n", "c"], "true");
    expect([type, carried.digest]).toEqual([type, digest.sums]);
    await client.query(`TRUNCATE public.${target}`);
  }
});

/** One value's line through the transcoder; null where it is refused. */
async function send(twin: Twin, value: string): Promise<readonly [string, string] | null> {
  const column = columnOf(twin.source);
  const isLiteral = columnEncoding(column) === "literal";
  const transcoder = createTranscoder({
    label: twin.type,
    columns: [
      { name: "n", encoding: "literal" },
      { name: "c", encoding: columnEncoding(column) },
    ],
    digest: true,
    ...formOf(twin.source),
  });
  const line = `{"n":1,"c":${isLiteral ? value : JSON.stringify(value)}}\n`;
  try {
    const pieces = [...transcoder.write(Buffer.from(line)), transcoder.end()];
    async function* bytes() {
      yield* pieces;
    }
    await copyIn(client, `COPY public.${twin.target} FROM STDIN WITH (FORMAT binary)`, bytes());
  } catch (error) {
    if (error instanceof Refusal) expect(error.findings[0]!.code).toBe("line-malformed");
    else expect((error as { code?: string }).code).toMatch(/^(22|42|23514)/);
    return null;
  }
  return transcoder.digest();
}

test("whatever is written otherwise than the type prints it is refused, or the digests tell", async () => {
  const letters = fc.constantFrom(..."0123456789-+.:,/ eABC'\\x{}()\"n");
  const counts = { same: 0, told: 0, refused: 0 };
  for (const twin of twins) {
    const { rows } = await client.query<{ c: string }>(
      `SELECT c::text AS c FROM public.${twin.source} WHERE length(c::text) < 200`,
    );
    const printed = rows.map(({ c }) => c).filter((c) => c !== "");
    if (printed.length === 0) continue;
    const change = fc.tuple(
      fc.constantFrom(...printed),
      fc.nat(),
      fc.constantFrom(0, 1),
      fc.oneof(letters, fc.constant("")),
    );
    const hostile = change.map(([value, at, cut, put]) => {
      const place = at % (value.length + 1);
      return value.slice(0, place) + put + value.slice(place + cut);
    });
    for (const value of fc.sample(hostile, { numRuns: 25, seed: 7 })) {
      const digest = await send(twin, value);
      if (digest === null) {
        counts.refused++;
        continue;
      }
      const found = await readRowDigest(client, tableOf(twin.target), ["n", "c"], "true");
      const { rows: there } = await client.query<{ c: string }>(
        `SELECT c::text AS c FROM public.${twin.target}`,
      );
      await client.query(`TRUNCATE public.${twin.target}`);
      // char(n)::text leaves out the spaces that it prints.
      const same = there[0]!.c === value || (twin.type.includes("char") && there[0]!.c === value.trimEnd());
      const told = found.sums[0] !== digest[0] && found.sums[1] !== digest[1];
      expect([twin.type, value, there[0]!.c, same || told]).toEqual([twin.type, value, there[0]!.c, true]);
      counts[same ? "same" : "told"]++;
    }
  }
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(20);
});

test("every float4 that Postgres prints is read back to its bits", async () => {
  const bits = fc.sample(fc.integer(), { numRuns: 5_000, seed: 11 });
  const { rows } = await client.query<{ text: string; bits: string }>(
    `SELECT f::text AS text, encode(float4send(f), 'hex') AS bits
     FROM (SELECT CASE WHEN (b & 2139095040) = 2139095040 THEN 1.5
                  ELSE (CASE WHEN b < 0 THEN -1 ELSE 1 END) * (1 + (b & 8388607) / 8388608.0) * power(2::float8, ((b >> 23) & 255) - 127) END::float4 AS f
           FROM unnest($1::int4[]) b) floats`,
    [bits],
  );
  const target = Buffer.alloc(4);
  for (const { text, bits: expected } of rows) {
    const bytes = Buffer.from(text);
    expect(putFloat4(bytes, 0, bytes.length, target, 0)).toBe(4);
    expect([text, target.toString("hex")]).toEqual([text, expected]);
  }
});

test("a float4 is the one that the digits say, also next to the middle between two", () => {
  const read = (text: string) => {
    const target = Buffer.alloc(4);
    putFloat4(Buffer.from(text), 0, text.length, target, 0);
    return target.readFloatBE(0);
  };
  // 1 + 2^-24 = 1.000000059604644775390625 is the middle, and the nearest float8 to all three.
  const [low, high] = [1, 1 + 2 ** -23];
  expect(read("1.0000000596046447")).toBe(low);
  expect(read("1.000000059604644775390625")).toBe(low);
  expect(read("1.0000000596046448")).toBe(high);
  expect(read("-10000000596046448e-16")).toBe(-high);
  expect([read("16777217"), read("16777219"), read("1.4e-45")]).toEqual([16777216, 16777220, 2 ** -149]);
});
