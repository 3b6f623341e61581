/** A platform's schema after each of its migrations, as replaying them gave it, and what is different between two. */
import "server-only";
import { and, asc, desc, eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { type SchemaDiff, schemaDiff } from "../catalog/schema-diff.ts";
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
  const diff =
    from === null || to === null
      ? null
      : schemaDiff(
          await snapshotOf({ records }, platformId, from),
          await snapshotOf({ records }, platformId, to),
        );
  return { ...measuring, versions, from, to, diff };
}

/** The latest, where a version was reached by several ways: a file was edited. */
async function snapshotOf({ records }: Source, platformId: string, version: string): Promise<SchemaSnapshot> {
  const [row] = await records
    .select({ snapshot: schemaSnapshots.snapshot })
    .from(schemaSnapshots)
    .where(and(eq(schemaSnapshots.platformId, platformId), eq(schemaSnapshots.version, version)))
    .orderBy(desc(schemaSnapshots.createdAt))
    .limit(1);
  return row!.snapshot as SchemaSnapshot;
}
