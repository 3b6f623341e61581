import fc from "fast-check";
import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import type { Column } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { pinSession } from "../../postgres/session.ts";
import { createTestDatabase } from "../../testing/database.ts";
import { columnEncoding, lineExpression } from "../select-list.ts";
import { SETUP } from "./testing/own-types.ts";
import {
  binaryOf,
  carry,
  digestOf,
  type LineColumn,
  readLineColumns,
  readLines,
  recordsOf,
} from "./testing/twin-tables.ts";
import type { TypeCase } from "./testing/type-case.ts";
import { NOT_READABLE, TYPE_CASES } from "./testing/type-cases.ts";

let client: pg.Client;
let tables = 0;

beforeAll(async () => {
  client = await (await createTestDatabase("empty")).connect();
  await client.query(SETUP);
  await pinSession(client);
});

/** Two equal empty tables with a row number and one column per type. */
async function createTwins(types: readonly string[]): Promise<[string, string]> {
  const columns = types.map((type, i) => `c${i} ${type}`).join(", ");
  const twins: [string, string] = [`source_${++tables}`, `target_${tables}`];
  for (const name of twins) await client.query(`CREATE TABLE public.${name} (n int4, ${columns})`);
  return twins;
}

async function insert(table: string, n: number, values: readonly (string | null)[]): Promise<void> {
  const parameters = values.map((_, i) => `$${i + 1}`).join(", ");
  await client.query(`INSERT INTO public.${table} VALUES (${n}, ${parameters})`, [...values]);
}

async function expectSameAfterCarrying(source: string, target: string, textOnly: boolean): Promise<void> {
  const carried = await carry(client, source, target);
  const records = await recordsOf(client, source);
  expect(carried.rows).toBe(records.length);
  expect(records.length).toBeGreaterThan(0);
  expect(await recordsOf(client, target)).toEqual(records);
  if (!textOnly) expect((await binaryOf(client, target)).equals(await binaryOf(client, source))).toBe(true);
  const lines = await readLines(client, target, await readLineColumns(client, target));
  expect(lines.equals(carried.lines)).toBe(true);
  expect(carried.digest).toEqual(await digestOf(client, target));
  expect(carried.digest).toEqual(await digestOf(client, source));
}

test.each(TYPE_CASES.map((one) => [one.type, one] as const))("carries every value of %s", async (_, one) => {
  const [source, target] = await createTwins([one.type]);
  for (const [n, value] of [...one.values, null].entries()) await insert(source, n, [value]);
  await expectSameAfterCarrying(source, target, one.textOnly === true);
});

test("every built-in type that a column can have has its values above", async () => {
  const { rows } = await client.query<{ name: string }>(`
    SELECT typname AS name FROM pg_type
    WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND left(typname, 1) <> '_'
    ORDER BY typname`);
  const { rows: tried } = await client.query<{ name: string }>(
    "SELECT typname AS name FROM unnest($1::text[]) written JOIN pg_type t ON t.oid = to_regtype(written)",
    [TYPE_CASES.map((one) => one.type)],
  );
  const known = new Set(tried.map((row) => row.name));
  expect(rows.length).toBeGreaterThan(70);
  expect(rows.map((row) => row.name).filter((name) => !known.has(name) && !NOT_READABLE.has(name))).toEqual(
    [],
  );
});

test("a catalog that was read from the database leads to the same lines", async () => {
  const [source] = await createTwins(TYPE_CASES.map((one) => one.type));
  const columns = (await readCatalog(client)).tables.get(`public.${source}`)?.columns ?? [];
  const written = (column: LineColumn) => [columnEncoding(column), lineExpression(column as Column, "t")];
  expect(columns).toHaveLength(TYPE_CASES.length + 1);
  expect(columns.map(written)).toEqual((await readLineColumns(client, source)).map(written));
});

test("a json null, a composite of NULLs and an empty text are no NULLs", async () => {
  const [source, target] = await createTwins(["json", "jsonb", "public.pair", "text", "public.nested"]);
  await insert(source, 1, ["null", "null", "(,)", "", "(,,,,)"]);
  await insert(source, 2, [null, null, null, null, null]);
  await carry(client, source, target);
  const { rows } = await client.query(
    `SELECT num_nulls(c0) + num_nulls(c1) + num_nulls(c2) + num_nulls(c3) + num_nulls(c4) AS nulls
     FROM public.${target} ORDER BY n`,
  );
  expect(rows).toEqual([{ nulls: 0 }, { nulls: 5 }]);
});

test("the digest is of what was written: transformed, appended, without what was left out", async () => {
  const [source] = await createTwins(["text", "int4", "uuid", "bool"]);
  await client.query(
    "CREATE TABLE public.changed (n int4, c0 text, c2 uuid, c3 bool, added text, blank text)",
  );
  const texts = Array.from({ length: 50 }, (_, n) => `(a, "${n + 1}")\\\n`);
  for (const [n, text] of texts.entries())
    await insert(source, n + 1, [text, "1", crypto.randomUUID(), "true"]);
  let added = 0;
  const { digest } = await carry(client, source, "changed", {
    omit: [false, false, true, false, false],
    transforms: [
      null,
      (row, column) => Buffer.concat([row.bytes(column), Buffer.from('\t"\\,')]),
      null,
      () => Buffer.from("00000000-0000-4000-8000-000000000001"),
      (row) => (row.bytes(0).length > 1 ? Buffer.from("false") : null),
    ],
    appended: [() => Buffer.from(`new "value" ${++added}`), () => Buffer.alloc(0)],
  });
  const { rows } = await client.query(
    `SELECT count(*)::int AS rows, count(DISTINCT added)::int AS added, count(c3)::int AS known, bool_or(c3) AS any,
       count(*) FILTER (WHERE blank = '')::int AS blank FROM public.changed WHERE c0 = ANY($1)`,
    [texts.map((text) => `${text}\t"\\,`)],
  );
  expect(rows).toEqual([{ rows: 50, added: 50, known: 41, any: false, blank: 50 }]);
  expect(digest).toEqual(await digestOf(client, "changed"));
});

const printable = fc.string({ unit: "binary", maxLength: 60 }).map((text) => text.replaceAll("\0", ""));
const float8 = fc.double().map((number) => (Object.is(number, -0) ? "-0" : String(number)));
const json = fc.jsonValue().map((value) => JSON.stringify(value).replaceAll("\\u0000", ""));
const bytea = fc.uint8Array({ maxLength: 40 }).map((bytes) => `\\x${Buffer.from(bytes).toString("hex")}`);
const timestamp = fc
  .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());
const array = fc
  .array(fc.option(printable, { nil: null }), { maxLength: 4 })
  .map(
    (list) =>
      `{${list.map((text) => (text === null ? "NULL" : JSON.stringify(text).replace(/\\[bfnrtu]/g, "")))}}`,
  );

/** Generated values where a type has many; elsewhere one of the hard ones. */
const generated: Readonly<Record<string, fc.Arbitrary<string>>> = {
  text: printable,
  "public.citext": printable,
  int4: fc.integer().map(String),
  int8: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  float8,
  numeric: fc.tuple(fc.bigInt(), fc.nat(20)).map(([digits, scale]) => `${digits}e-${scale}`),
  json: json,
  jsonb: json,
  bytea,
  timestamptz: timestamp,
  "text[]": array,
  uuid: fc.uuid(),
};

function anyValue(one: TypeCase): fc.Arbitrary<string | null> {
  const hard = fc.constantFrom(...one.values);
  const many = generated[one.type];
  return fc.option(many === undefined ? hard : fc.oneof(hard, many), { nil: null });
}

test("carries random rows of all types together", async () => {
  const cases = TYPE_CASES.filter((one) => one.textOnly !== true);
  const row = fc.tuple(...cases.map(anyValue));
  const [source, target] = await createTwins(cases.map((one) => one.type));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 10 }), async (rows) => {
      await client.query(`TRUNCATE public.${source}, public.${target}`);
      for (const [n, values] of rows.entries()) await insert(source, n, values);
      await expectSameAfterCarrying(source, target, false);
    }),
    { numRuns: 30 },
  );
}, 120_000);
