import type { TableEffect } from "./effect.ts";

/** Whether anything of a table, or of the tenant's rows in it, is not what it was. */
export function isChanged({
  is,
  was,
  added,
  removed,
  changed,
  columns,
  matchedBy,
  rows,
}: Omit<TableEffect, "examples">): boolean {
  const apart = added + removed + changed > 0 || (matchedBy === "none" && rows[0] !== rows[1]);
  return is !== "kept" || was !== null || apart || columns.length > 0;
}
