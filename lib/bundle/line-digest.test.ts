import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { createLineDigest } from "./line-digest.ts";
import { sampleLines } from "./testing/sample-bundle.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase("empty");
});
afterAll(() => database.drop());

const tooLong = () => new Error("too long");

function digestOf(chunks: readonly Buffer[], hash = true, lineBytes = 1000) {
  const digest = createLineDigest({ hash, lineBytes, tooLong });
  for (const chunk of chunks) digest.update(chunk);
  return { rows: digest.rows, bytes: digest.bytes, atLineEnd: digest.atLineEnd, sums: digest.sums() };
}

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let position = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(position, position + length));
    position += length;
  }
  return [...chunks, bytes.subarray(position)];
}

const bytesOf = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(""));

const DIGEST_OF_LINES = `
  SELECT count(*)::int AS rows,
         ((sum(hashtextextended(line, 0)) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616)::text AS zero,
         ((sum(hashtextextended(line, 42)) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616)::text AS forty_two
  FROM unnest($1::text[]) AS line`;

test("the server gives the same digest for the same lines, in any order", async () => {
  const lines = [...sampleLines(500), "", "ü", "x".repeat(900)];
  const client = await database.connect();
  const { rows } = await client.query(DIGEST_OF_LINES, [[...lines].reverse()]);
  const digest = digestOf([bytesOf(lines)]);
  expect(digest.rows).toBe(503);
  expect(rows[0]).toEqual({ rows: digest.rows, zero: digest.sums[0], forty_two: digest.sums[1] });
});

test("it does not matter where chunks are cut", () => {
  const lines = fc.array(
    fc.string({ unit: "grapheme", maxLength: 40 }).map((s) => s.replaceAll("\n", "")),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(lines, fc.array(fc.nat({ max: 30 }), { minLength: 1 }), (texts, lengths) => {
      const bytes = bytesOf(texts);
      expect(digestOf(cut(bytes, lengths))).toEqual(digestOf([bytes]));
      expect(digestOf(cut(bytes, lengths), false)).toEqual({ ...digestOf([bytes]), sums: ["0", "0"] });
    }),
  );
});

test("the digest keeps nothing of a chunk that has been taken", () => {
  const bytes = bytesOf(sampleLines(50));
  const digest = createLineDigest({ hash: true, lineBytes: 1000, tooLong });
  for (const chunk of cut(bytes, [7, 100, 3, 2000])) {
    const given = Buffer.from(chunk);
    digest.update(given);
    given.fill("x");
  }
  expect(digest.sums()).toEqual(digestOf([bytes]).sums);
});

test("a last line without its newline is seen, and not counted", () => {
  expect(digestOf([Buffer.from("a\nb")])).toMatchObject({ rows: 1, bytes: 3, atLineEnd: false });
  expect(digestOf([Buffer.from("a\nb"), Buffer.from("\n")])).toMatchObject({ rows: 2, atLineEnd: true });
});

test("a line may be as long as the limit and no byte longer, however it is cut", () => {
  for (const hash of [true, false]) {
    for (const lengths of [[], [1], [500, 300], [999]]) {
      expect(digestOf(cut(bytesOf(["x".repeat(1000)]), lengths), hash).rows).toBe(1);
      expect(() => digestOf(cut(bytesOf(["x".repeat(1001)]), lengths), hash)).toThrow("too long");
    }
    // Without a newline it ends just the same: what is kept of an endless line is bounded.
    expect(() => digestOf([Buffer.alloc(600, "x"), Buffer.alloc(600, "x")], hash)).toThrow("too long");
  }
});
