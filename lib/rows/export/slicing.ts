/** Which tables are shared by several readers, and in which order their rows come. Pure. */
import type { Estimate } from "./estimate.ts";
import type { Extent, Reading } from "./jobs.ts";
import { type Slicing, WHOLE } from "./slices.ts";

/** Below this many estimated rows a table is read by one connection. */
const SLICE_ROWS = 20_000;

/** 8 MB: less is not worth a statement of its own. */
const SLICE_PAGES = 1024;

/**
 * Of a large table, for each connection. What each slice begins anew is a join's hash table of all the tenant's
 * parents: of 2 M rows, 33 slices of 8 MB spent more on that than on their rows. And with few of them the last one is
 * read alone for a while, wherever in the table a tenant's rows lie together; checks are made meanwhile.
 */
const SLICES_A_CONNECTION = 3;

/**
 * Ranges of pages where the whole table would be read: each page is read once. Where an index leads to the rows,
 * ranges would each ask the index for all of them, so it is a share of the rows for each connection, by a hash of
 * their place: equal whatever the key's type and distribution.
 */
export function slicingOf({ rows, pages }: Estimate, connections: number): Slicing {
  if (connections === 1 || rows < SLICE_ROWS) return WHOLE;
  if (pages === 0) return { by: "place", slices: connections };
  const most = connections * SLICES_A_CONNECTION;
  return {
    by: "pages",
    pages,
    slices: Math.max(connections, Math.min(most, Math.ceil(pages / SLICE_PAGES))),
  };
}

/** Their places, sorted, take the server 32 MB. */
const MOST_IN_ORDER = 1_000_000;

/**
 * Where another reading may have to go on behind this one, rows come with their places and, of a large table, in the
 * order of these. A scan of all pages gives them so; a join, or an index, need not. Sorting whole rows would write them
 * to the server's disk, so their places are looked up and sorted first, and the rows then read as they lie (a TID scan
 * sorts the places that it is given: src/backend/executor/nodeTidscan.c).
 *
 * @param taken how an earlier reading was cut, which this one goes on from
 */
export function readingOf(
  extent: Extent,
  estimate: Estimate,
  connections: number,
  goingOn: { readonly keeps: boolean; readonly taken?: Pick<Reading, "slicing" | "given"> },
): Reading {
  const slicing = goingOn.taken?.slicing ?? slicingOf(estimate, connections);
  if (!goingOn.keeps || extent.section === "reference") return { slicing };
  const { table, modelTable } = extent;
  const scanned = estimate.pages > 0 && modelTable.path?.hops.length === 0 && !modelTable.anyPath;
  const inOrder =
    table.kind === "table" &&
    !scanned &&
    estimate.rows >= SLICE_ROWS &&
    estimate.rows <= MOST_IN_ORDER * slicing.slices;
  return { slicing, placed: true, inOrder, given: goingOn.taken?.given };
}
