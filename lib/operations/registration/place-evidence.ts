/** Suspected references that only the data shows: ids inside of json values and of texts, next to those of whole columns. */
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn } from "../../postgres/identifiers.ts";
import type { DataEvidence } from "../../rows/suspects/from-data.ts";
import type { Evidence } from "./reference-evidence.ts";

/** What the sample said of a place inside of a column's values; null where the finding is of a whole column. */
export function placeEvidence(
  { catalog }: { readonly catalog: Catalog },
  { suspects }: DataEvidence,
  { where }: Finding,
): Evidence | null {
  const here = suspects.filter(({ table, place }) => {
    const column = qualifiedColumn(table, place.column);
    return (
      (place.inside || place.path !== null) &&
      where === (place.path === null ? column : `${column} ${place.path}`)
    );
  });
  const [first] = here;
  if (first === undefined) return null;
  const column = catalog.tables.get(first.table)!.columns.find(({ name }) => name === first.place.column)!;
  return {
    type: column.type,
    array: column.elementType !== null,
    sampled: first.sampled,
    // Whole values of json and text may say more than whoever answers has to know.
    samples: [],
    targets: here
      .map(({ target, hits }) => ({ to: qualifiedColumn(target.table, target.column), hits }))
      .toSorted((a, b) => b.hits - a.hits),
  };
}
