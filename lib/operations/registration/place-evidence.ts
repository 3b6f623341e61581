/** Suspected references that only the data shows: ids inside of json values and of texts, next to those of whole columns. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { describeDatabaseError } from "../../postgres/connection.ts";
import { qualifiedColumn } from "../../postgres/identifiers.ts";
import { type Examination, examineData } from "../../rows/suspects/examine.ts";
import type { DataEvidence } from "../../rows/suspects/from-data.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import type { Evidence } from "./reference-evidence.ts";

interface Read {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly file: PlatformFile;
}

/** A page waits for it, and the platform has other users. */
const PATIENCE = "2s";
const QUERY_CANCELED = "57014";

/** What names and a sample of the values suggest; names alone where a table could not be sampled in time. */
export async function examinedInTime(
  client: pg.ClientBase,
  { catalog, model, file }: Read,
): Promise<Examination> {
  await client.query(`SET statement_timeout = '${PATIENCE}'`);
  try {
    return await examineData(client, catalog, model, file);
  } catch (error) {
    if (describeDatabaseError(error).sqlstate !== QUERY_CANCELED) throw error;
    return { findings: model.findings, evidence: { suspects: [], sampled: [] } };
  } finally {
    await client.query("SET statement_timeout = 0");
  }
}

/** What the sample said of a place inside of a column's values; null where the finding is of a whole column. */
export function placeEvidence(
  { catalog }: Pick<Read, "catalog">,
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
