/** Finding things in a catalog by the names that people write. Pure. */
import { parseQualified, qualifiedName } from "../postgres/identifiers.ts";
import { partitionsByParent } from "./assemble/partitions.ts";
import type { Catalog, Table } from "./catalog.ts";

/**
 * The table of a name as people write it: `public.orders`, `public."Order Items"`, with quotes that were not
 * needed (`"public"."orders"`) or needed and left out (`public.Order Items`). Null where the text is no name of
 * two parts or there is no such table.
 */
export function findTable(catalog: Pick<Catalog, "tables">, text: string): Table | null {
  const parts = parseQualified(text);
  if (parts === null || parts.length !== 2) return null;
  const [schema = "", name = ""] = parts;
  return catalog.tables.get(qualifiedName(schema, name)) ?? null;
}

/**
 * The candidate that a reader most likely meant by a name that does not exist, or null where none is near: at
 * most a third of the name's letters differ, at least two may. Letter case does not count; the first of equals.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  let nearest: string | null = null;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

/** Levenshtein: how many letters to insert, delete or replace. One row of the table is kept at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

/** The tables that hold a partition tree's rows; a table without partitions holds its own. */
export function leaves(catalog: Pick<Catalog, "tables">, table: Table): Table[] {
  const children = partitionsByParent(catalog.tables);
  const below = (parent: Table): Table[] => {
    const partitions = children.get(parent.id);
    return partitions === undefined ? [parent] : partitions.flatMap(below);
  };
  return below(table);
}
