/** What a replay finds, kept by the migration fingerprint: what each file does, and the schema after it. */
import { and, eq, isNotNull } from "drizzle-orm";
import { readCatalog } from "../../catalog/read.ts";
import { readSchemaObjects } from "../../catalog/schema-objects.ts";
import { schemaSnapshot } from "../../catalog/schema-snapshot.ts";
import type { MeasuredFile } from "../../migrations/facts.ts";
import type { ReplayPoint } from "../../migrations/measure/replay.ts";
import { connect } from "../../postgres/connection.ts";
import type { Records } from "../../records/client.ts";
import { measuredMigrations, schemaSnapshots } from "../../records/schema/replays.ts";
import { isLedgerTable } from "../../tenancy/ledger-tables.ts";

export async function knownFingerprints(records: Records, platformId: string) {
  const measured = await records
    .select({ fingerprint: measuredMigrations.fingerprint })
    .from(measuredMigrations)
    .where(eq(measuredMigrations.platformId, platformId));
  const snapshots = await records
    .select({ fingerprint: schemaSnapshots.fingerprint })
    .from(schemaSnapshots)
    // One without its objects is made whole the next time that somebody comes by.
    .where(and(eq(schemaSnapshots.platformId, platformId), isNotNull(schemaSnapshots.objects)));
  const set = (rows: readonly { fingerprint: string }[]) =>
    new Set(rows.map(({ fingerprint }) => fingerprint));
  return { measured: set(measured), snapshots: set(snapshots) };
}

export async function keepMeasured(
  records: Records,
  platformId: string,
  measured: MeasuredFile,
  place: number,
): Promise<void> {
  const { fingerprint, version, checksum } = measured;
  await records
    .insert(measuredMigrations)
    .values({ platformId, fingerprint, version, checksum, place, measured })
    .onConflictDoNothing();
}

export interface Reached {
  readonly point: ReplayPoint | null;
  readonly fingerprint: string;
  readonly url: string;
}

export async function keepSnapshot(
  records: Records,
  platformId: string,
  { point, fingerprint, url }: Reached,
  signal: AbortSignal,
): Promise<void> {
  const client = await connect(url, { applicationName: "tenantry replay", readOnly: true, signal });
  try {
    const snapshot = schemaSnapshot(await readCatalog(client), ({ name }) => isLedgerTable(name));
    const objects = await readSchemaObjects(client);
    const [version, place] = [point?.file.version ?? "", point?.place ?? 0];
    await records
      .insert(schemaSnapshots)
      .values({ platformId, fingerprint, version, place, snapshot, objects })
      .onConflictDoUpdate({
        target: [schemaSnapshots.platformId, schemaSnapshots.fingerprint],
        set: { objects },
      });
  } finally {
    // Nobody may be in the database when it is copied next.
    await client.end();
  }
}
