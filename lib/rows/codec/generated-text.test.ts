import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTextGenerator, type TextGenerator } from "./generated-text.ts";
import { createFreshTexts } from "./text-fresh.ts";

function generatorOf(text: string): TextGenerator {
  const generator = createTextGenerator(text);
  if (generator === null) throw new Error(`no generator: ${text}`);
  return generator;
}

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

/** Real ids, as their libraries make them, and what a fresh one must look like and keep. */
const known: [generator: string, real: string, shape: RegExp][] = [
  ["inv_{base62:16}", "inv_7Hk2mQx0Zp9aBcDe", /^inv_[0-9A-Za-z]{16}$/],
  ["cuid", "cjld2cjxh0000qzrmn831i7rn", /^cjld2cjxh[0-9a-z]{16}$/],
  ["cuid2", "tz4a98xxat96iws9zmbrgj3a", /^[a-z][0-9a-z]{23}$/],
  ["cuid2:10", "wjfazn7qnd", /^[a-z][0-9a-z]{9}$/],
  ["ulid", "01ARZ3NDEKTSV4RRFFQ69G5FAV", /^01ARZ3NDEK[0-9A-HJKMNP-TV-Z]{16}$/],
  ["ulid", "01arz3ndektsv4rrffq69g5fav", /^01arz3ndek[0-9a-hjkmnp-tv-z]{16}$/],
  ["ksuid", "0ujtsYcgvSTl8PAuAdqWYSMnLOv", /^0ujts[0-9A-Za-z]{22}$/],
  ["nanoid", "V1StGXR8_Z5jdHi6B-myT", /^[0-9A-Za-z_-]{21}$/],
  ["nanoid:10", "IRFa-VaY2b", /^[0-9A-Za-z_-]{10}$/],
  ["{hex:8}-{digits:4}", "deadbeef-0042", /^[0-9a-f]{8}-[0-9]{4}$/],
  ["a.b*{base36:3}(c)", "a.b*x0z(c)", /^a\.b\*[0-9a-z]{3}\(c\)$/],
  ["usr_{ulid}", "usr_01ARZ3NDEKTSV4RRFFQ69G5FAV", /^usr_01ARZ3NDEK[0-9A-HJKMNP-TV-Z]{16}$/],
  [
    "key_{uuid}",
    "key_a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    /^key_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  ],
  ["{base58:22}", "mhvXdrZT4jP5T8vBxuvm75", /^[1-9A-HJ-NP-Za-km-z]{22}$/],
  ["sk_{base62:200}", `sk_${"aB3".repeat(66)}xy`, /^sk_[0-9A-Za-z]{200}$/],
];

describe.each(known)("%s", (name, real, shape) => {
  test("makes fresh ids of the shape of real ones, the same for the same seed", () => {
    const generator = generatorOf(name);
    expect(generator.matches(real)).toBe(true);
    fc.assert(
      fc.property(seeds, (seed) => {
        const fresh = generator.fresh(real, seed) ?? "";
        expect(fresh).toMatch(shape);
        expect(fresh).toHaveLength(real.length);
        expect(generator.matches(fresh)).toBe(true);
        expect(generator.fresh(real, Buffer.from(seed))).toBe(fresh);
      }),
    );
  });

  test("makes none for a text of another shape", () => {
    const generator = generatorOf(name);
    for (const other of [
      "",
      ` ${real}`,
      `${real}\n`,
      `${real}0`,
      real.slice(1),
      real.replace(/.$/, "!"),
      "é",
    ]) {
      expect(generator.fresh(other, Buffer.alloc(32))).toBeNull();
    }
  });
});

test("a fresh ksuid is of the same second", () => {
  const real = "0ujtsYcgvSTl8PAuAdqWYSMnLOv";
  const secondsOf = (id: string) => {
    const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return [...id].reduce((value, letter) => value * 62n + BigInt(letters.indexOf(letter)), 0n) >> 128n;
  };
  expect(secondsOf(real)).toBe(107608047n);
  fc.assert(
    fc.property(seeds, (seed) => {
      expect(secondsOf(generatorOf("ksuid").fresh(real, seed) ?? "")).toBe(107608047n);
    }),
  );
});

test("different seeds make different ids, and every letter comes up", () => {
  const generator = generatorOf("x{base62:20}");
  const seen = new Set<string>();
  const letters = new Set<string>();
  for (let n = 0; n < 2000; n++) {
    const seed = Buffer.alloc(32);
    for (let i = 0; i < 32; i++) seed[i] = (n * 31 + i * 97 + ((n * i) >> 3)) & 255;
    seed.writeUInt32LE(n);
    const id = generator.fresh(`x${"a".repeat(20)}`, seed) ?? "";
    seen.add(id);
    for (const letter of id.slice(1)) letters.add(letter);
  }
  expect(seen.size).toBe(2000);
  expect(letters.size).toBe(62);
});

test.each([
  "",
  "inv_",
  "guid",
  "base62",
  "{base62}",
  "{base62:0}",
  "{base62:256}",
  "inv_{base62:16",
  "{}",
  "{cuid:3}",
  "cuid2:1",
  "toString",
  "{{hex:2}}",
])("%j names no generator", (text) => {
  expect(createTextGenerator(text)).toBeNull();
});

test("an import's fresh texts depend on key, column and old id, and on nothing that was asked before", () => {
  const make = (key: number, column: string) =>
    createFreshTexts(Buffer.alloc(32, key), column, "inv_{base62:16}");
  const one = make(1, "public.invoices.id");
  const ids = Array.from({ length: 12_000 }, (_, n) => Buffer.from(`inv_${String(n).padStart(16, "0")}`));
  const first = ids.map((id) => one?.(id)?.toString());
  expect(new Set(first).size).toBe(ids.length);
  expect(ids.map((id) => one?.(id)?.toString())).toEqual(first);
  const [id = Buffer.alloc(0)] = ids;
  expect(make(1, "public.invoices.id")?.(id)?.toString()).toBe(first[0]);
  expect(make(2, "public.invoices.id")?.(id)?.toString()).not.toBe(first[0]);
  expect(make(1, "public.orders.id")?.(id)?.toString()).not.toBe(first[0]);
  expect(one?.(Buffer.from("inv_short"))).toBeNull();
  expect(createFreshTexts(Buffer.alloc(32), "public.orders.id", "inv_")).toBeNull();
});
