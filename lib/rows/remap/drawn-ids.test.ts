import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../findings/finding.ts";
import { createDrawnIds, ReadFirst } from "./drawn-ids.ts";

/** Fresh ids 1000, 1001, …, so many. */
const fresh = (count: number, from = 1000) => Array.from({ length: count }, (_, at) => from + at);

/** Ids as a database stores them: in order, with a few that were written much earlier or later. */
const nearlySorted = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { minLength: 1, maxLength: 200 }),
    fc.array(fc.tuple(fc.nat(199), fc.nat(199)), { maxLength: 3 }),
  )
  .map(([ids, moves]) => {
    const sorted = ids.sort((a, b) => a - b);
    for (const [from, to] of moves) {
      const [moved] = sorted.splice(from % sorted.length, 1);
      if (moved !== undefined) sorted.splice(to % (sorted.length + 1), 0, moved);
    }
    return sorted;
  });

describe("ids that are drawn as rows go by", () => {
  it("are one fresh id for each old one, whoever names it first, and afterwards too", () => {
    fc.assert(
      fc.property(nearlySorted, fc.array(fc.nat(199), { maxLength: 50 }), (ids, named) => {
        const drawn = createDrawnIds("public.t.id");
        drawn.supply(fresh(ids.length + 1));
        const told = new Map<number, number>();
        const same = (id: number, made: number | null) => {
          expect(made).not.toBeNull();
          expect(told.get(id) ?? made).toBe(made);
          told.set(id, made!);
        };
        ids.forEach((id, at) => {
          const other = ids[(named[at] ?? at) % ids.length]!;
          same(other, drawn.get(other));
          same(id, drawn.own(id));
        });
        const map = drawn.close();
        for (const { old } of map.lists) expect([...old]).toEqual([...old].sort((a, b) => a - b));
        const all = map.lists.flatMap(({ old }) => [...old]);
        expect(all.sort((a, b) => a - b)).toEqual(ids.toSorted((a, b) => a - b));
        for (const id of ids) {
          expect(map.get(id)).toBe(told.get(id));
          same(id, drawn.get(id));
        }
        const made = [...told.values()];
        expect(new Set(made).size).toBe(ids.length);
        expect(made).not.toContain(map.nobody);
        expect(drawn.nobody).toBe(map.nobody);
        expect(drawn.get(2 ** 41)).toBeNull();
      }),
    );
  });

  it("cannot be told where a row was named that does not come", () => {
    const drawn = createDrawnIds("public.t.id");
    drawn.supply(fresh(4));
    drawn.own(1);
    expect(drawn.get(7)).toBe(1001);
    expect(() => drawn.close()).toThrow(ReadFirst);
    drawn.own(7);
    expect(drawn.close().get(7)).toBe(1001);
  });

  it("cannot be told with fewer at hand than are asked for, nor who is nobody before the end", () => {
    const drawn = createDrawnIds("public.t.id");
    expect(() => drawn.own(1)).toThrow(ReadFirst);
    drawn.supply(fresh(1));
    drawn.supply(fresh(1, 2000));
    expect(drawn.supplied).toBe(2);
    expect([drawn.own(1), drawn.own(2)]).toEqual([1000, 2000]);
    expect(() => drawn.get(3)).toThrow(ReadFirst);
    expect(() => drawn.nobody).toThrow(ReadFirst);
    expect(() => drawn.close()).toThrow(ReadFirst);
  });

  it("cannot be told where they come in no order", () => {
    const drawn = createDrawnIds("public.t.id");
    drawn.supply(fresh(1000));
    const descending = () => {
      for (let id = 1000; id > 0; id--) drawn.own(id);
    };
    expect(descending).toThrow(ReadFirst);
  });

  it("refuses a row whose id another one has", () => {
    const drawn = createDrawnIds("public.t.id");
    drawn.supply(fresh(9));
    for (const id of [5, 9, 6]) drawn.own(id);
    for (const id of [5, 9, 6]) {
      const refused = () => drawn.own(id);
      expect(refused).toThrow(Refusal);
    }
  });

  it("say what they hold, which is little", () => {
    const drawn = createDrawnIds("public.t.id");
    drawn.supply(fresh(100_001));
    for (let id = 1; id <= 100_000; id++) drawn.own(id);
    expect(drawn.bytes).toBeGreaterThanOrEqual(800_000);
    expect(drawn.bytes).toBeLessThan(2_000_000);
    expect(drawn.close().lists.map(({ runs }) => runs)).toEqual([[{ rank: 0, first: 1000, step: 1 }]]);
  });
});
