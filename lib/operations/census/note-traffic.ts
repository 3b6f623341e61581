/** What was written to fenced tenants in spite of their fences, for their pages; read in the background. */
import { and, eq } from "drizzle-orm";
import type pg from "pg";
import type { Records } from "../../records/client.ts";
import { type KnownTraffic, tenants } from "../../records/schema/tenants.ts";
import { type WrittenSince, writtenSince } from "../../rows/fence/written-since.ts";
import type { TenancyModel } from "../../tenancy/model.ts";

export async function noteTraffic(
  records: Records,
  client: pg.ClientBase,
  databaseId: string,
  model: TenancyModel,
  fenced: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  for (const key of fenced) {
    signal?.throwIfAborted();
    const traffic = knownTraffic(await writtenSince(client, model, key));
    await records
      .update(tenants)
      .set({ traffic })
      .where(and(eq(tenants.databaseId, databaseId), eq(tenants.key, key)));
  }
}

export function knownTraffic(written: readonly WrittenSince[]): KnownTraffic {
  return {
    at: new Date().toISOString(),
    tables: written.map(({ lastAt, ...table }) => ({ ...table, lastAt: lastAt?.toISOString() ?? null })),
  };
}
