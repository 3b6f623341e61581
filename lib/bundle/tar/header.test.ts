import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeTarHeader, encodeTarHeader, paddingOf } from "./header.ts";

const name = fc.stringMatching(/^[\x21-\x7e]{1,100}$/);
const size = fc.integer({ min: 0, max: 0o77777777777 });

test("a header comes back as it was", () => {
  fc.assert(
    fc.property(name, size, (name, size) => {
      expect(decodeTarHeader(encodeTarHeader({ name, size }))).toEqual({ name, size });
    }),
  );
});

test("no single bit of a header can be changed without being another header or none", () => {
  const header = { name: "data/1/000001.jsonl", size: 4711 };
  const block = encodeTarHeader(header);
  for (let bit = 0; bit < 512 * 8; bit++) {
    const changed = Buffer.from(block);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(decodeTarHeader(changed), `bit ${bit}`).toBeNull();
  }
});

test("links, folders, devices and other owners are no members", () => {
  const alter = (offset: number, text: string) => {
    const block = encodeTarHeader({ name: "data/1/000001.jsonl", size: 1 });
    block.write(text, offset, "latin1");
    block.write("        ", 148, "latin1");
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return block;
  };
  expect(decodeTarHeader(alter(156, "0"))).not.toBeNull();
  for (const typeflag of ["1", "2", "3", "4", "5", "6", "7", "x", "g", "L", "\0"]) {
    expect(decodeTarHeader(alter(156, typeflag)), typeflag).toBeNull();
  }
  expect(decodeTarHeader(alter(100, "0004755"))).toBeNull();
  expect(decodeTarHeader(alter(108, "0001750"))).toBeNull();
  expect(decodeTarHeader(alter(345, "prefix"))).toBeNull();
  expect(decodeTarHeader(alter(500, "x"))).toBeNull();
});

test("a name or size that ustar cannot hold is a bug", () => {
  expect(() => encodeTarHeader({ name: "x".repeat(101), size: 0 })).toThrow(RangeError);
  expect(() => encodeTarHeader({ name: "ü", size: 0 })).toThrow(RangeError);
  expect(() => encodeTarHeader({ name: "x", size: 2 ** 33 })).toThrow(RangeError);
});

test("content is padded to whole blocks", () => {
  expect([0, 1, 511, 512, 513].map(paddingOf)).toEqual([0, 511, 1, 0, 511]);
});
