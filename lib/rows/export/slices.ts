/** How a table is cut among several readers, and a reading that broke off in the middle, as SQL conditions. Pure. */
import type { RowPlace } from "../codec/row-places.ts";

/** How a table is cut, so that several readers share it; every row is in one slice. */
export type Slicing =
  /** By a hash of the row's place: each reads all that the others read, and keeps its share of the rows. */
  | { readonly by: "place"; readonly slices: number }
  /** By ranges of pages: each reads its own, of a table that has about so many. */
  | { readonly by: "pages"; readonly slices: number; readonly pages: number };

export const WHOLE: Slicing = { by: "place", slices: 1 };

/** What each slice asks of a row under the alias `t`, beginning with AND; nothing where there is one alone. */
export function sliceConditions(slicing: Slicing): string[] {
  return slicing.by === "place"
    ? slicesByPlace(slicing.slices)
    : slicesByPages(slicing.pages, slicing.slices);
}

/**
 * `hashtid` (PostgreSQL 14 and later) gives any int4, each range of which holds its share. A comparison, which the
 * planner takes for a third of the rows; it would take `mod(…) = 0` for one in 200 and choose its joins for a
 * table a hundred times smaller.
 */
function slicesByPlace(slices: number): string[] {
  const start = (slice: number) => Math.floor((2 ** 32 * slice) / slices) - 2 ** 31;
  return ranges(slices, (slice) => ({ expression: "hashtid(t.ctid)", start: String(start(slice)) }));
}

/** TID range scans (PostgreSQL 14 and later). The last range has no end: the table may have grown. */
function slicesByPages(pages: number, slices: number): string[] {
  const start = (slice: number) => Math.floor((pages * slice) / slices);
  return ranges(slices, (slice) => ({ expression: "t.ctid", start: `'(${start(slice)},0)'::tid` }));
}

function ranges(slices: number, at: (slice: number) => { expression: string; start: string }): string[] {
  return Array.from({ length: slices }, (_, slice) => {
    const { expression, start } = at(slice);
    const from = slice === 0 ? "" : ` AND ${expression} >= ${start}`;
    const to = slice === slices - 1 ? "" : ` AND ${expression} < ${at(slice + 1).start}`;
    return `${from}${to}`;
  });
}

/** True of rows up to those places; of no row where there are none. */
export function upTo(places: readonly RowPlace[]): string {
  if (places.length === 0) return "false";
  return `(${places.map((place) => inTable(place, "<=")).join(" OR ")})`;
}

/** True of all other rows. Where a table has no partitions it is a range of places, which the server can begin at. */
export function beyond(places: readonly RowPlace[]): string {
  const [first, ...others] = places;
  return first !== undefined && first[0] === 0 && others.length === 0
    ? inTable(first, ">")
    : `NOT ${upTo(places)}`;
}

function inTable([table, block, item]: RowPlace, comparison: string): string {
  const place = `t.ctid ${comparison} '(${block},${item})'::tid`;
  return table === 0 ? place : `(t.tableoid = ${table} AND ${place})`;
}
