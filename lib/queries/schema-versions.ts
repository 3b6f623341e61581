/** A platform's schema after each of its migrations, as replaying them gave it, and what is different between two. */
import "server-only";
import { and, asc, desc, eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { type SchemaDiff, schemaDiff } from "../catalog/schema-diff.ts";
import { type ObjectDiff, objectsDiff, type SchemaObjects } from "../catalog/schema-objects.ts";
import type { SchemaSnapshot } from "../catalog/schema-snapshot.ts";
import { schemaSnapshots } from "../records/schema/replays.ts";
import { type MeasuringView, readMeasuring } from "./measured-migrations.ts";
import type { Source } from "./source.ts";

export interface SchemaVersionsView extends MeasuringView {
  /** In the folder's order; the empty one stands for a database before the first. */
  readonly versions: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
  /** Null where one of the two is not known. */
  readonly diff: SchemaDiff | null;
  /** Types, functions, sequences, views; null where they are not known of both, which were looked at before they were kept. */
  readonly objects: readonly ObjectDiff[] | null;
}

/**
 * Without a choice: what the last migration has changed.
 *
 * @param chosen versions as the ledger writes them; the empty text for an empty database
 * @returns null where there is no such platform
 * @throws Refused
 */
export async function readSchemaVersions(
  { records }: Source,
  actor: Actor,
  platformName: string,
  chosen: { readonly from: string | null; readonly to: string | null },
): Promise<SchemaVersionsView | null> {
  const measuring = await readMeasuring({ records }, actor, platformName);
  if (measuring === null) return null;
  const platformId = measuring.platform.id;
  const rows = await records
    .select({ version: schemaSnapshots.version })
    .from(schemaSnapshots)
    .where(eq(schemaSnapshots.platformId, platformId))
    .orderBy(asc(schemaSnapshots.place), asc(schemaSnapshots.createdAt));
  const versions = [...new Set(rows.map(({ version }) => version))];
  const known = (version: string | null | undefined) =>
    version !== null && version !== undefined && versions.includes(version) ? version : null;
  const [from, to] = [known(chosen.from ?? versions.at(-2)), known(chosen.to ?? versions.at(-1))];
  if (from === null || to === null) return { ...measuring, versions, from, to, diff: null, objects: null };
  const [before, after] = [
    await snapshotOf({ records }, platformId, from),
    await snapshotOf({ records }, platformId, to),
  ];
  return {
    ...measuring,
    versions,
    from,
    to,
    diff: schemaDiff(before.snapshot, after.snapshot),
    objects:
      before.objects === null || after.objects === null ? null : objectsDiff(before.objects, after.objects),
  };
}

interface KeptSnapshot {
  readonly snapshot: SchemaSnapshot;
  readonly objects: SchemaObjects | null;
}

/** The latest, where a version was reached by several ways: a file was edited. */
async function snapshotOf({ records }: Source, platformId: string, version: string): Promise<KeptSnapshot> {
  const [row] = await records
    .select({ snapshot: schemaSnapshots.snapshot, objects: schemaSnapshots.objects })
    .from(schemaSnapshots)
    .where(and(eq(schemaSnapshots.platformId, platformId), eq(schemaSnapshots.version, version)))
    .orderBy(desc(schemaSnapshots.createdAt))
    .limit(1);
  return row as KeptSnapshot;
}
