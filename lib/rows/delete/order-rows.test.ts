import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderRows } from "./order-rows.ts";

function ordered(rows: number, edges: readonly (readonly [number, number])[]) {
  const { place, knot } = orderRows(rows, {
    from: Int32Array.from(edges.map(([from]) => from)),
    to: Int32Array.from(edges.map(([, to]) => to)),
  });
  return { place: [...place], knot: [...knot] };
}

describe("the order of rows", () => {
  it("has leaves before what they point at", () => {
    expect(
      ordered(3, [
        [0, 1],
        [1, 2],
      ]),
    ).toEqual({ place: [1, 2, 3], knot: [1, 2, 3] });
    expect(
      ordered(3, [
        [2, 1],
        [1, 0],
      ]),
    ).toEqual({ place: [3, 2, 1], knot: [3, 2, 1] });
  });

  it("keeps a circle together, and a row that points at itself alone", () => {
    const { place, knot } = ordered(4, [
      [0, 1],
      [1, 0],
      [2, 0],
      [3, 3],
    ]);
    expect(knot[0]).toBe(knot[1]);
    expect(place[2]).toBeLessThan(Math.min(place[0]!, place[1]!));
    expect(knot[3]).toBe(place[3]);
  });

  it("is not too deep for a chain as long as the table", () => {
    const rows = 300_000;
    const chain = Int32Array.from({ length: rows - 1 }, (_, at) => at);
    const { place } = orderRows(rows, { from: chain, to: chain.map((at) => at + 1) });
    expect(place[0]).toBe(1);
    expect(place[rows - 1]).toBe(rows);
  });

  it("lets whatever ends at a knot's end leave no pointer behind, for any rows", () => {
    const graph = fc
      .integer({ min: 1, max: 12 })
      .chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          fc.array(fc.tuple(fc.nat(rows - 1), fc.nat(rows - 1)), { maxLength: 30 }),
        ),
      );
    fc.assert(
      fc.property(graph, ([rows, edges]) => {
        const { place, knot } = ordered(rows, edges);
        expect(place.toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, at) => at + 1));
        for (const [from, to] of edges) {
          // Whoever points goes before, or in the same knot.
          if (knot[from] !== knot[to]) expect(place[from]!).toBeLessThan(place[to]!);
        }
        for (let row = 0; row < rows; row++) {
          expect(knot[row]!).toBeGreaterThanOrEqual(place[row]!);
          // Two of one knot reach each other.
          for (let other = 0; other < rows; other++)
            if (knot[row] === knot[other]) expect(reaches(edges, row, other)).toBe(true);
        }
      }),
    );
  });
});

function reaches(edges: readonly (readonly [number, number])[], from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const row of seen) for (const [a, b] of edges) if (a === row) seen.add(b);
  return seen.has(to);
}
