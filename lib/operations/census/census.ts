/**
 * The census: which tenants live in a database, and about how big each is. Goes through the database in the
 * background, so that no page ever counts; what it finds carries its time.
 */
import { and, eq, isNull, lt, notInArray, sql } from "drizzle-orm";
import { readCatalog } from "../../catalog/read.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { databases } from "../../records/schema/databases.ts";
import { tenants } from "../../records/schema/tenants.ts";
import { readFences } from "../../rows/fence/fence.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";
import type { Console } from "../console.ts";
import { registeredPair } from "../directory.ts";
import { forgetDismissals } from "../tombstones/dismiss.ts";
import { knownFence, listTenants } from "./list-tenant.ts";
import { noteTraffic } from "./note-traffic.ts";
import { readTenants } from "./read-tenants.ts";
import { measureSchemas } from "./schema-sizes.ts";
import { measureTenants } from "./sizes.ts";
import { storeSizes } from "./store-sizes.ts";

/** How many tenants one statement writes. */
const BATCH = 500;

export interface Census {
  readonly tenants: number;
  readonly gone: number;
}

/** @throws Refusal where the database cannot be reached; its tenants then stay as they were listed last */
export async function takeCensus(
  { records, secrets }: Pick<Console, "records" | "secrets">,
  databaseId: string,
  signal?: AbortSignal,
): Promise<Census> {
  const { platform, database, plannerUrl } = await registeredPair(records, secrets, databaseId);
  const began = await clockOf(records);
  const client = await connect(plannerUrl, { applicationName: "tenantry census", readOnly: true, signal });
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    const whole = await readCatalog(client);
    const catalog = viewOfFirst(whole, platform.file);
    const model = deriveModel(catalog, platform.file);
    const fences = await readFences(client);
    const seen = (await readTenants(client, catalog, model)).map((tenant) => {
      const fence = fences?.get(tenant.key);
      return fences === null ? tenant : { ...tenant, fence: fence === undefined ? null : knownFence(fence) };
    });
    const place = { platformId: platform.id, databaseId: database.id };
    for (let at = 0; at < seen.length; at += BATCH)
      await listTenants(records, place, model, seen.slice(at, at + BATCH));
    const gone = await markGone(
      records,
      database.id,
      seen.map(({ key }) => key),
      began,
    );
    await forgetDismissals(records, database.id);
    await noteTraffic(records, client, database.id, model, [...(fences?.keys() ?? [])], signal);
    const sizes = await measureTenants(
      client,
      catalog,
      model,
      seen.map(({ key }) => key),
    );
    const own = await measureSchemas(client, whole, platform.file, model, seen);
    const all = new Map([...sizes].map(([key, shared]) => [key, [...shared, ...(own.get(key) ?? [])]]));
    await storeSizes(records, database.id, all, BATCH);
    await records.update(databases).set({ censusAt: sql`now()` }).where(eq(databases.id, database.id));
    return { tenants: seen.length, gone };
  } finally {
    await client.end();
  }
}

async function clockOf(records: Console["records"]): Promise<Date> {
  const { rows } = await records.pool.query<{ now: Date }>("SELECT now() AS now");
  return rows[0]!.now;
}

/** A tenant that an operation has listed since the census began may be newer than what it saw. */
async function markGone(
  records: Console["records"],
  databaseId: string,
  seen: readonly string[],
  began: Date,
): Promise<number> {
  const gone = await records
    .update(tenants)
    .set({ goneAt: sql`now()` })
    .where(
      and(
        eq(tenants.databaseId, databaseId),
        isNull(tenants.goneAt),
        lt(tenants.createdAt, began),
        seen.length === 0 ? undefined : notInSeen(seen),
      ),
    )
    .returning({ id: tenants.id });
  return gone.length;
}

/** One parameter, however many there are. */
function notInSeen(seen: readonly string[]) {
  return notInArray(tenants.key, sql`(SELECT unnest(${sql.param([...seen])}::text[]))`);
}
