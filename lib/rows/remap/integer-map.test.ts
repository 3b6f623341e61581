import fc from "fast-check";
import { expect, test } from "vitest";
import { createIdGatherer, createIntegerMap, createRunBuilder } from "./integer-map.ts";

const distinctIds = fc.uniqueArray(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), {
  minLength: 1,
  maxLength: 300,
});

test("every old id finds the fresh one of its rank, and no other id finds any", () => {
  fc.assert(
    fc.property(
      distinctIds,
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 301, maxLength: 301 }),
      (ids, gaps) => {
        const gatherer = createIdGatherer();
        for (const id of ids) gatherer.add(id);
        for (const id of ids) gatherer.add(id);
        const old = gatherer.finish();
        expect([...old]).toEqual([...ids].sort((a, b) => a - b));
        const builder = createRunBuilder();
        let next = 1000;
        const fresh = [...old].map((_, rank) => (next += gaps[rank]!));
        for (const id of fresh) builder.add(id);
        const map = createIntegerMap(old, builder.finish(), next + 1);
        expect([...old].map((id) => map.get(id))).toEqual(fresh);
        const absent = ids.map((id) => id + 1).filter((id) => !ids.includes(id));
        for (const id of absent) expect(map.get(id)).toBeNull();
      },
    ),
  );
});

test("ids drawn without interruption are one run, whatever the sequence's increment", () => {
  const builder = createRunBuilder();
  for (let id = 7; id < 7 + 1000 * 32; id += 32) builder.add(id);
  expect(builder.finish()).toEqual([{ rank: 0, first: 7, step: 32 }]);
});
