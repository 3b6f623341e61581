import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../testing/database.ts";
import { hashBytesExtended, uint64ToDecimal } from "./hash-bytes.ts";
import { createHashSums, type HashSums } from "./hash-sums.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase("empty");
  client = await database.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

function hashOf(text: string, seed: number): string {
  // An offset of one byte, so that the words lie unaligned and what stands around must not matter.
  const bytes = Buffer.from(`x${text}yz`);
  const out = new Uint32Array(2);
  hashBytesExtended(bytes, 1, bytes.length - 2, seed, out);
  return BigInt.asIntN(64, BigInt(uint64ToDecimal(out))).toString();
}

async function serverHashes(texts: string[], seed: number): Promise<string[]> {
  const { rows } = await client.query<{ hash: string }>(
    "SELECT hashtextextended(x, $2)::text AS hash FROM unnest($1::text[]) WITH ORDINALITY u(x, n) ORDER BY n",
    [texts, seed],
  );
  return rows.map((row) => row.hash);
}

const seeds = [0, 42, 1, 0x7fffffff, 0x80000000, 0xffffffff];

test.each(seeds)("hashes every length from 0 to 64 as the server does, seed %i", async (seed) => {
  const texts = Array.from({ length: 65 }, (_, length) =>
    Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 37 + length * 11) % 90))).join(""),
  );
  expect(texts.map((text) => hashOf(text, seed))).toEqual(await serverHashes(texts, seed));
});

test("hashes any text as the server does", async () => {
  const text = fc.string({ unit: "binary", maxLength: 200 }).filter((s) => !s.includes("\0"));
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 50 }),
      fc.constantFrom(...seeds),
      async (texts, seed) => {
        expect(texts.map((one) => hashOf(one, seed))).toEqual(await serverHashes(texts, seed));
      },
    ),
    { numRuns: 60 },
  );
});

test("sums as the server sums, modulo 2^64", async () => {
  const texts = Array.from({ length: 1000 }, (_, i) => `row ${i} é🙂`);
  const sums = createHashSums();
  for (const text of texts) {
    const bytes = Buffer.from(text);
    sums.add(bytes, 0, bytes.length);
  }
  const modulo = (seed: number) =>
    `((sum(hashtextextended(x, ${seed})) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616)::text`;
  const { rows } = await client.query(
    `SELECT count(*)::int AS count, ${modulo(0)} AS zero, ${modulo(42)} AS fortytwo FROM unnest($1::text[]) x`,
    [texts],
  );
  expect({ count: sums.count, zero: sums.sums()[0], fortytwo: sums.sums()[1] }).toEqual(rows[0]);
});

test("adds whole lines as it adds them one by one, of any length, from anywhere to the last newline", () => {
  const length = fc.oneof(
    fc.nat(40),
    fc.nat(40),
    fc.nat(700),
    fc.constantFrom(65_534, 65_535, 65_536, 200_000),
  );
  const bytesOfLines = fc.array(length, { maxLength: 300 }).map((lengths) =>
    Buffer.concat(
      lengths.map((bytes, n) => {
        const line = Buffer.alloc(bytes + 1, `${n}:\u00e9\ud83d\ude42 `);
        line[bytes] = 0x0a;
        return line;
      }),
    ),
  );
  fc.assert(
    fc.property(bytesOfLines, fc.nat(20), fc.nat(100), (lines, before, behind) => {
      const bytes = Buffer.concat([Buffer.alloc(before, "\n"), lines, Buffer.alloc(behind, "rest")]);
      const sums = createHashSums();
      expect(sums.addLines(bytes, before)).toBe(before + lines.length);
      const expected = createHashSums();
      let longest = 0;
      for (let start = 0, end: number; start < lines.length; start = end + 1) {
        end = lines.indexOf(0x0a, start);
        expected.add(lines, start, end);
        longest = Math.max(longest, end - start);
      }
      const all = ({ count, longestLine, sums }: HashSums) => ({ count, longestLine, sums: sums() });
      expect(all(sums)).toEqual({ ...all(expected), longestLine: longest });
    }),
    { numRuns: 200 },
  );
});
