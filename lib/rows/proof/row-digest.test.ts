import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { pinSession } from "../../postgres/session.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { SETUP } from "../codec/testing/own-types.ts";
import { carry } from "../codec/testing/twin-tables.ts";
import { TYPE_CASES } from "../codec/testing/type-cases.ts";
import { createTranscoder } from "../codec/transcode.ts";
import { hashedAs, readRowDigest } from "./row-digest.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase("empty");
});
afterAll(() => database.drop());

it("the database and the transcoder take the same digest of any rows, in any order", async () => {
  const client = await database.connect();
  await client.query(`CREATE TABLE "T""1" ("a b" text, n int, "r" text, f bool) PARTITION BY HASH (n);
    CREATE TABLE p PARTITION OF "T""1" FOR VALUES WITH (MODULUS 1, REMAINDER 0)`);
  const table = (await readCatalog(client)).tables.get('public."T""1"')!;
  const text = fc.option(
    fc
      .oneof(
        fc.constantFrom('"', "\\", "\\N", ",", "()", "", " ", "\n\t\r\b", "é😀"),
        fc.string({ unit: "grapheme" }),
      )
      .filter((value) => !value.includes("\0") && value.isWellFormed()),
    { nil: null },
  );
  const row = fc.record({
    "a b": text,
    n: fc.option(fc.integer({ min: -9, max: 2 ** 31 - 1 }), { nil: null }),
    r: text,
    f: fc.option(fc.boolean(), { nil: null }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), fc.boolean(), async (rows, reversed) => {
      await client.query('TRUNCATE "T""1"');
      for (const each of reversed ? rows.toReversed() : rows)
        await client.query('INSERT INTO "T""1" VALUES ($1, $2, $3, $4)', [
          each["a b"],
          each.n,
          each.r,
          each.f,
        ]);
      const transcoder = createTranscoder({
        label: "t",
        columns: table.columns.map(({ name }) => ({
          name,
          encoding: name === "n" || name === "f" ? "literal" : "text",
        })),
        digest: true,
        hashed: table.columns.map(hashedAs),
      });
      transcoder.write(Buffer.from(rows.map((each) => `${JSON.stringify(each)}\n`).join("")));
      transcoder.end();
      const found = await readRowDigest(client, table, ["a b", "n", "r", "f"], "true");
      expect(found).toEqual({ rows: rows.length, sums: transcoder.digest() });
      const none = await readRowDigest(client, table, ["a b"], "false");
      expect(none).toEqual({ rows: 0, sums: ["0", "0"] });
    }),
    { numRuns: 40 },
  );
});

/** What both sides make of a table's rows: the transcoder on the way into an empty twin, and the database. */
async function bothDigests(client: pg.Client, name: string) {
  const table = (await readCatalog(client)).tables.get(`public.${name}`)!;
  await client.query(`CREATE TABLE public.${name}_twin (LIKE public.${name})`);
  const { digest } = await carry(client, name, `${name}_twin`, { hashed: table.columns.map(hashedAs) });
  const columns = table.columns.map((column) => column.name);
  return { digest, found: (await readRowDigest(client, table, columns, "true")).sums, table };
}

it("both take the same digest of every value of every type", async () => {
  const client = await database.connect();
  await client.query(SETUP);
  await pinSession(client);
  const columns = TYPE_CASES.map((one, at) => `c${at} ${one.type}`);
  await client.query(`CREATE TABLE public.typed (n int4, ${columns.join(", ")})`);
  const most = Math.max(...TYPE_CASES.map((one) => one.values.length));
  const places = TYPE_CASES.map((_, at) => `$${at + 1}`).join(", ");
  for (let n = 0; n <= most; n++)
    await client.query(
      `INSERT INTO public.typed VALUES (${n}, ${places})`,
      TYPE_CASES.map((one) => one.values[n] ?? null),
    );
  const { digest, found, table } = await bothDigests(client, "typed");
  expect(digest).toEqual(found);
  expect(new Set(table.columns.map(hashedAs)).size).toBe(10);
});

const NEAR_AND_FAR = `
  SELECT d AS day, d + s * interval '1 microsecond' AS moment, (d + s * interval '1 microsecond') AT TIME ZONE 'UTC' AS zoned,
         n * n * s AS big, n, -n AS negative, decode(repeat('00ff7a', (n % 50)::int), 'hex') AS raw
    FROM (SELECT n::int8 AS n, date '1999-12-31' + (CASE WHEN n % 3 = 0 THEN n * 731 ELSE -n END)::int AS d,
                 CASE n % 4 WHEN 0 THEN 0 WHEN 1 THEN n * 1000 ELSE n * 7919993 END AS s
            FROM generate_series(0::int8, 2000) n) numbers
  UNION ALL SELECT 'infinity', 'infinity', '-infinity', 9223372036854775807, 0, '-9223372036854775808'::int8, ''
  UNION ALL SELECT '-infinity', '-infinity', 'infinity', -9223372036854775807, 1, 4294967296, NULL
  UNION ALL SELECT '4714-11-24 BC', '4714-11-24 00:00:00 BC', '294276-12-31 23:59:59.999999+00', -4294967296, 2, 1000000000000000, '\\x00'
  UNION ALL SELECT '5874897-12-31', '294276-12-31 23:59:59.999999', '0044-03-15 12:00:00.5 BC', -1, 3, 999999999999999, NULL
  UNION ALL SELECT '0001-01-01', '0001-01-01', '0001-12-31 BC', NULL, 4, -999999999999999, NULL
  UNION ALL SELECT '2000-02-29', '1999-12-31 23:59:59.999999', '2000-01-01', -4294967295, 5, -2147483649, NULL`;

it("both take the same digest of times and numbers near and far", async () => {
  const client = await database.connect();
  await pinSession(client);
  await client.query(`CREATE TABLE public.far AS ${NEAR_AND_FAR}`);
  const { digest, found } = await bothDigests(client, "far");
  expect(digest).toEqual(found);
  // Row by row too: two mistakes of opposite sign would leave the sums alone.
  await client.query("CREATE TABLE public.single (LIKE public.far)");
  for (const n of [0, 1, 2, 3, 4, 5, 999, 2000]) {
    await client.query("TRUNCATE public.single; DROP TABLE IF EXISTS public.single_twin");
    await client.query("INSERT INTO public.single SELECT * FROM public.far WHERE n = $1", [n]);
    const { digest, found } = await bothDigests(client, "single");
    expect(digest, `rows ${n}`).toEqual(found);
  }
});

const OTHER_FORMS: readonly (readonly [type: string, text: string])[] = [
  ["uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"],
  ["uuid", "a0eebc999c0b4ef8bb6d6bb9bd380a11"],
  ["int8", "007"],
  ["int8", "-0"],
  ["int8", "+7"],
  ["date", "2024-2-29"],
  ["date", "20240229"],
  ["timestamp", "2024-02-29 12:00:00.50"],
  ["timestamp", "2024-02-29T12:00:00"],
  ["timestamp", "2024-02-29 24:00:00"],
  ["timestamptz", "2024-02-29 12:00:00"],
  ["timestamptz", "2024-02-29 12:00:00+01"],
  ["timestamptz", "2024-02-29 12:00:00.000+00"],
  ["bytea", "\\xFF"],
];

it.each(OTHER_FORMS)(
  "a %s that is not written as the database prints it is another: %s",
  async (type, text) => {
    const client = await database.connect();
    await pinSession(client);
    await client.query(`DROP TABLE IF EXISTS public.form; CREATE TABLE public.form (v ${type})`);
    await client.query("INSERT INTO public.form VALUES ($1)", [text]);
    const table = (await readCatalog(client)).tables.get("public.form")!;
    const digestOf = (written: string) => {
      const columns = [{ name: "v", encoding: "text" as const }];
      const transcoder = createTranscoder({
        label: "t",
        columns,
        digest: true,
        hashed: table.columns.map(hashedAs),
      });
      transcoder.write(Buffer.from(`${JSON.stringify({ v: written })}\n`));
      transcoder.end();
      return transcoder.digest();
    };
    const { sums } = await readRowDigest(client, table, ["v"], "true");
    const { rows } = await client.query<{ v: string }>("SELECT v::text FROM public.form");
    expect(digestOf(rows[0]!.v)).toEqual(sums);
    expect(digestOf(text)).not.toEqual(sums);
  },
);
