/** How large the tables of a live database are, as the last look at it found: for pages that ask what waits for what. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Records } from "../../records/client.ts";
import { tableSizes } from "../../records/schema/replays.ts";

/** By the table's qualified name. Bytes with its indexes; rows as the server estimates them, null before that. */
export const storedSizes = z.record(z.string(), z.object({ bytes: z.number(), rows: z.number().nullable() }));

export async function keepTableSizes(
  records: Records,
  databaseId: string,
  { tables }: Pick<Catalog, "tables">,
): Promise<void> {
  const sizes = Object.fromEntries(
    [...tables].map(([id, { bytes, estimatedRows }]) => [id, { bytes, rows: estimatedRows }]),
  );
  const values = { sizes, at: sql`now()` };
  await records
    .insert(tableSizes)
    .values({ databaseId, ...values })
    .onConflictDoUpdate({ target: tableSizes.databaseId, set: values });
}
