import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCatalog } from "../../catalog/read.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { createTranscoder } from "../codec/transcode.ts";
import { readRowDigest } from "./row-digest.ts";

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
