import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createKeyedHash } from "./keyed-hash.ts";
import { CANONICAL, HYPHENS, parseUuid, putUuid, UPPER } from "./uuid.ts";
import { createFreshUuids } from "./uuid-fresh.ts";

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe("a uuid", () => {
  test("comes back from its text in each form", () => {
    fc.assert(
      fc.property(sixteen, fc.constantFrom(0, HYPHENS, UPPER, HYPHENS | UPPER), (bytes, form) => {
        const text = Buffer.alloc(40, "x");
        const end = putUuid(bytes, form, text, 2);
        expect(end).toBe(form & HYPHENS ? 38 : 34);
        const hex = Buffer.from(bytes).toString("hex");
        const plain = text.toString("latin1", 2, end).replaceAll("-", "");
        expect(plain).toBe(form & UPPER ? hex.toUpperCase() : hex);
        const back = new Uint8Array(16);
        const read = parseUuid(text, 2, end, back);
        // Without a letter upper case cannot be told.
        expect(read).toBe(/[a-f]/.test(hex) ? form : form & HYPHENS);
        expect(back).toEqual(bytes);
      }),
    );
  });

  test.each([
    "",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
    "a0eebc999c0b-4ef8-bb6d-6bb9bd380a11-",
    "a0eebc99-9c0b-4ef8-bb6d_6bb9bd380a11",
    "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380A11",
    "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a}",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a\u00e9",
  ])("is not made out of %j", (text) => {
    const bytes = Buffer.from(text);
    expect(parseUuid(bytes, 0, bytes.length, new Uint8Array(16))).toBe(-1);
  });
});

test("the keyed hash is HMAC-SHA256 over column, NUL and id, of any length", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.string(),
      fc.array(fc.uint8Array({ maxLength: 300 })),
      (key, column, ids) => {
        const keyed = createKeyedHash(key, column);
        for (const id of ids) {
          const expected = createHmac("sha256", key).update(`${column}\0`).update(id).digest();
          expect(keyed(id).equals(expected)).toBe(true);
        }
      },
    ),
  );
});

describe("a fresh uuid", () => {
  const key = randomBytes(32);
  const textOf = (bytes: Uint8Array, form = CANONICAL) => {
    const text = Buffer.alloc(36);
    return text.subarray(0, putUuid(bytes, form, text, 0));
  };

  test("is the keyed hash with version 4, whatever came before it through the cache", () => {
    const fresh = createFreshUuids(key, "public.orders.id");
    const keyed = createKeyedHash(key, "public.orders.id");
    const ids = Array.from({ length: 20_000 }, () => randomBytes(16));
    const expected = ids.map((id) => {
      id[6] = 0x40 | (id[6]! & 15);
      const bytes = keyed(id);
      bytes[6] = 0x40 | (bytes[6]! & 15);
      bytes[8] = 0x80 | (bytes[8]! & 63);
      return textOf(bytes).toString();
    });
    const order = [...ids.keys(), ...ids.keys()];
    expect(order.every((i) => fresh(textOf(ids[i]!))?.toString() === expected[i])).toBe(true);
    expect(new Set(expected).size).toBe(ids.length);
  });

  test("of a v7 is a v7 of the same millisecond", () => {
    const fresh = createFreshUuids(
      key,
      "public.orders.id",
    )(Buffer.from("018f3e2a-7b1c-7abc-8def-0123456789ab"));
    expect(fresh?.toString()).toMatch(/^018f3e2a-7b1c-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(fresh?.toString()).not.toContain("0123456789ab");
  });

  test("keeps the form that the old one was written in, and is the same uuid in all", () => {
    const fresh = createFreshUuids(key, "public.orders.id");
    const old = Buffer.from("a0eebc999c0b4ef8bb6d6bb9bd380a11", "hex");
    const plain = fresh(textOf(old))?.toString() ?? "";
    expect(fresh(textOf(old, HYPHENS | UPPER))?.toString()).toBe(plain.toUpperCase());
    expect(fresh(textOf(old, 0))?.toString()).toBe(plain.replaceAll("-", ""));
    expect(fresh(Buffer.from("nobody"))).toBeNull();
  });

  test("differs by import key and by root column", () => {
    const old = Buffer.from("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    const made = [
      createFreshUuids(key, "public.orders.id")(old)?.toString(),
      createFreshUuids(key, "public.invoices.id")(old)?.toString(),
      createFreshUuids(randomBytes(32), "public.orders.id")(old)?.toString(),
    ];
    expect(new Set(made).size).toBe(3);
  });
});
