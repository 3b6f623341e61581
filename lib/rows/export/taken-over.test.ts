/** What is kept of parts, held against a file that holds some of them. Pure. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createPartNotes } from "./keeping.ts";
import type { Slicing } from "./slices.ts";
import { type FilePart, heldAgainst } from "./taken-over.ts";
import { type OpenPart, type Unfinished, unfinishedSchema } from "./unfinished.ts";

const SLICING: Slicing = { by: "pages", slices: 3, pages: 100 };
const FENCE = { epoch: "1", since: "2026-01-01T00:00:00.000Z", mark: "1 2" };

interface Written {
  readonly ordinal: number;
  readonly part: OpenPart;
}

/** Parts of a few tables, each of the slices further on in every part. */
function partsOf(lengths: readonly number[]): Written[] {
  return lengths.flatMap((length, table) =>
    Array.from({ length }, (_, at) => ({
      ordinal: 2 * table + 1,
      part: {
        slice: (at * 7) % 3,
        rows: 10,
        sha256: `${table}${at}`.padStart(64, "a"),
        places: [[0, 100 * table + at, 1] as [number, number, number]],
      },
    })),
  );
}

function keptOf(parts: readonly Written[], recent: number, ended: readonly number[] = []): Unfinished {
  const notes = createPartNotes(recent);
  for (const { ordinal, part } of parts) notes.add(ordinal, SLICING, part, 100);
  for (const slice of ended) notes.ended(parts.at(-1)!.ordinal, slice);
  return unfinishedSchema.parse({ fence: FENCE, manifest: "0".repeat(64), ...notes.now() });
}

const inFile = ({ ordinal, part: { rows, sha256 } }: Written): FilePart => ({
  ordinal,
  rows,
  bytes: 100,
  sha256,
});

it("all parts that are in the file are taken over, and each slice as far as its last one of them", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
  const cases = fc.tuple(lengths, fc.integer({ min: 1, max: 20 }), fc.nat(), fc.nat());
  fc.assert(
    fc.property(cases, ([lengthsOf, recent, keptShare, lostShare]) => {
      const all = partsOf(lengthsOf);
      const noted = all.slice(0, 1 + (keptShare % all.length));
      // What is kept together is in the file for sure.
      const file = noted.slice(0, noted.length - (lostShare % (Math.min(recent, noted.length) + 1)));
      const { tables, open, through } = heldAgainst(keptOf(noted, recent), file.map(inFile));
      const taken = tables.reduce((sum, { parts }) => sum + parts, 0) + (open?.parts.length ?? 0);
      expect(taken).toBe(file.length);
      expect(through).toBe(tables.at(-1)?.ordinal ?? 0);
      for (const [slice, places] of open?.given ?? []) {
        const last = file.findLast(({ ordinal, part }) => ordinal === open!.ordinal && part.slice === slice);
        expect(places).toEqual(last!.part.places);
      }
    }),
  );
});

it("of a file that has lost more than the recent parts, the tables before are taken over", () => {
  const all = partsOf([4, 12]);
  const held = heldAgainst(keptOf(all, 3), all.slice(0, 10).map(inFile));
  expect(held).toMatchObject({ through: 1, open: null });
  expect(held.tables).toHaveLength(1);
});

it("a slice that was read to its end is not read again, where all its parts are there", () => {
  const all = partsOf([9]);
  const ended = all[8]!.part.slice;
  expect(heldAgainst(keptOf(all, 3, [ended]), all.map(inFile)).open!.given.get(ended)).toBe("all");
  const held = heldAgainst(keptOf(all, 3, [ended]), all.slice(0, 8).map(inFile));
  expect(held.open!.given.get(ended)).not.toBe("all");
});

it("a slice whose rows did not come as they lie is read anew, unless to its end", () => {
  const all = partsOf([6]).map(({ ordinal, part }, at) => ({
    ordinal,
    part: at === 3 ? { ...part, places: null } : part,
  }));
  const { slice } = all[3]!.part;
  const given = (ended: readonly number[]) => heldAgainst(keptOf(all, 9, ended), all.map(inFile)).open!.given;
  expect(given([]).has(slice)).toBe(false);
  expect(given([]).size).toBe(2);
  expect(given([slice]).get(slice)).toBe("all");
});

it("a part that is another one ends it", () => {
  const all = partsOf([8]);
  const file = all.map(inFile).map((part, at) => (at === 5 ? { ...part, sha256: "b".repeat(64) } : part));
  expect(heldAgainst(keptOf(all, 9), file).open!.parts).toHaveLength(5);
  expect(heldAgainst(keptOf(all, 2), file).open).toBeNull();
});
