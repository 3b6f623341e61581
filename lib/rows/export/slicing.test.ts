import { expect, it } from "vitest";
import { slicingOf } from "./slicing.ts";

it("one connection, or few rows, and a table is read whole", () => {
  expect(slicingOf({ rows: 1e6, pages: 1e5 }, 1)).toEqual({ by: "place", slices: 1 });
  expect(slicingOf({ rows: 19_999, pages: 1e5 }, 4)).toEqual({ by: "place", slices: 1 });
});

it("where an index leads to the rows each connection has its share of them", () => {
  expect(slicingOf({ rows: 20_000, pages: 0 }, 3)).toEqual({ by: "place", slices: 3 });
});

it("where all pages are read they are dealt out, in a few more ranges than connections where there are many", () => {
  expect(slicingOf({ rows: 20_000, pages: 900 }, 2)).toEqual({ by: "pages", slices: 2, pages: 900 });
  expect(slicingOf({ rows: 20_000, pages: 4_000 }, 2)).toEqual({ by: "pages", slices: 4, pages: 4_000 });
  expect(slicingOf({ rows: 20_000, pages: 10_000 }, 2)).toEqual({ by: "pages", slices: 6, pages: 10_000 });
});
