/** Which tables are shared by several readers, and how. Pure. */
import type { Estimate } from "./estimate.ts";
import { type Slicing, WHOLE } from "./jobs.ts";

/** Below this many estimated rows a table is read by one connection. */
const SLICE_ROWS = 20_000;

/**
 * 8 MB: few enough slices that what each begins anew (a join's hash table) costs little, and small enough that none
 * is the last one for long, wherever in the table a tenant's rows lie together.
 */
const SLICE_PAGES = 1024;

/**
 * Ranges of pages where the whole table would be read: each page is read once. Where an index leads to the rows,
 * ranges would each ask the index for all of them, so it is a share of the rows for each connection, by a hash of
 * their place: equal whatever the key's type and distribution.
 */
export function slicingOf({ rows, pages }: Estimate, connections: number): Slicing {
  if (connections === 1 || rows < SLICE_ROWS) return WHOLE;
  if (pages === 0) return { by: "place", slices: connections };
  return { by: "pages", pages, slices: Math.max(connections, Math.ceil(pages / SLICE_PAGES)) };
}
