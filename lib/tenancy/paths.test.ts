import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Edge, RankedPath } from "./paths.ts";
import { MAX_HOPS, otherPaths, pathName, samePath, searchPaths } from "./paths.ts";

const edge = (to: string, column: string, weak = false): Edge => ({
  hop: { columns: [column], table: to, targetColumns: ["id"], foreignKey: column },
  weak,
  soft: false,
  nullable: weak,
});

const root: RankedPath = { path: { hops: [], column: "key" }, weak: 0, nullable: false };

/** Any graph: table i points at any others by any number of steps; table 0 holds the key. */
const graphs = fc.array(fc.array(fc.record({ to: fc.nat(11), weak: fc.boolean() }), { maxLength: 4 }), {
  minLength: 2,
  maxLength: 12,
});

const asEdges = (graph: readonly { to: number; weak: boolean }[][]) =>
  new Map(
    graph.map((steps, i) => [
      `t${i}`,
      steps.map(({ to, weak }, n) => edge(`t${to % graph.length}`, `c${n}`, weak)),
    ]),
  );

/** Hops to table 0 by breadth-first search, written apart from what is tested. */
function distances(graph: readonly { to: number }[][]): number[] {
  const far = graph.map(() => Number.POSITIVE_INFINITY);
  far[0] = 0;
  for (let round = 0; round < graph.length; round++) {
    graph.forEach((steps, i) => {
      if (i !== 0) far[i] = Math.min(far[i]!, ...steps.map(({ to }) => far[to % graph.length]! + 1));
    });
  }
  return far;
}

describe("the search for paths", () => {
  test("finds the shortest path of every table that has one within six hops, and no other", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const paths = searchPaths(new Map([["t0", root]]), asEdges(graph));
        distances(graph).forEach((distance, i) => {
          const found = paths.get(`t${i}`)?.path.hops.length;
          expect(found).toBe(distance <= MAX_HOPS ? distance : undefined);
        });
      }),
    );
  });

  test("gives paths whose rest is the path of the table that the first hop leads to", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const paths = searchPaths(new Map([["t0", root]]), asEdges(graph));
        for (const { path } of paths.values()) {
          const [hop, ...hops] = path.hops;
          if (hop === undefined) continue;
          expect(samePath({ hops, column: path.column }, paths.get(hop.table)!.path)).toBe(true);
        }
      }),
    );
  });

  test("does not depend on the order of tables and steps", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const edges = asEdges(graph);
        const turned = new Map(
          [...edges].toReversed().map(([id, steps]) => [id, steps.toReversed()] as const),
        );
        const names = (of: typeof edges | typeof turned) =>
          [...searchPaths(new Map([["t0", root]]), of)]
            .map(([id, { path }]) => `${id} ${pathName(path)}`)
            .toSorted();
        expect(names(turned)).toEqual(names(edges));
      }),
    );
  });

  test("prefers the path with fewer weak steps among equally short ones, then the name", () => {
    const edges = new Map([
      ["a", [edge("root", "x")]],
      ["b", [edge("root", "x", true)]],
      ["c", [edge("b", "b"), edge("a", "z")]],
      ["d", [edge("root", "n"), edge("root", "m")]],
    ]);
    const paths = searchPaths(new Map([["root", root]]), edges);
    expect(paths.get("c")?.path.hops[0]?.table).toBe("a");
    expect(paths.get("d")?.path.hops[0]?.columns).toEqual(["m"]);
    expect(paths.get("b")).toMatchObject({ weak: 1, nullable: true });
  });
});

describe("the other paths", () => {
  test("are one for each further step, never the chosen one", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const edges = asEdges(graph);
        const paths = searchPaths(new Map([["t0", root]]), edges);
        for (const [id, steps] of edges) {
          const others = otherPaths(id, paths, steps);
          expect(others.length).toBeLessThanOrEqual(steps.length);
          expect(new Set(others.map(pathName)).size).toBe(others.length);
          for (const other of others) expect(samePath(other, paths.get(id)!.path)).toBe(false);
        }
      }),
    );
  });
});
