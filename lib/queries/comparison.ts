/** A comparison: what with what, how far it is, what it found; and some of a table's rows that differ. */
import "server-only";
import { and, asc, eq, inArray } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import { ROWS_SHOWN, type ShownRow } from "../operations/comparisons/shown-row.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { type COMPARISON_STATES, comparisonRows, comparisons } from "../records/schema/comparisons.ts";
import { databases } from "../records/schema/databases.ts";
import { persons } from "../records/schema/persons.ts";
import type { ComparedTable } from "../rows/compare/compare.ts";
import type { Progress } from "../rows/run-context.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export type ComparisonState = (typeof COMPARISON_STATES)[number];

export interface ComparedBundle {
  readonly id: string;
  readonly name: string;
  readonly tenantSlug: string | null;
  readonly tenantKey: string | null;
  readonly schemaVersion: string | null;
  /** When its rows were read. */
  readonly takenAt: Date | null;
}

export type OtherSide =
  | ({ readonly kind: "bundle" } & ComparedBundle)
  /** The tenant there; under the ids that an import gave it, where one made it of the bundle. */
  | { readonly kind: "database"; readonly name: string; readonly imported: boolean };

export interface ComparisonView {
  readonly id: string;
  readonly state: ComparisonState;
  readonly bundle: ComparedBundle;
  readonly other: OtherSide;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly progress: Progress | null;
  readonly progressAt: Date | null;
  readonly equal: boolean | null;
  /** Those that differ first, the most rows first. */
  readonly tables: readonly ComparedTable[];
  readonly findings: readonly Finding[];
  /** The table that the address names, where some of its rows are kept. */
  readonly shown: {
    readonly table: string;
    readonly rows: readonly ShownRow[];
    readonly most: number;
  } | null;
  readonly mayCancel: boolean;
}

/** Null where there is none, or none any more. @throws Refused */
export async function readComparison(
  { records }: Source,
  actor: Actor,
  id: string,
  { table }: { readonly table: string | null },
): Promise<ComparisonView | null> {
  authorise(actor, "see");
  if (!isId(id)) return null;
  const [found] = await records
    .select({ comparison: comparisons, requestedBy: persons.name, database: databases.name })
    .from(comparisons)
    .innerJoin(persons, eq(persons.id, comparisons.requestedBy))
    .leftJoin(databases, eq(databases.id, comparisons.databaseId))
    .where(eq(comparisons.id, id));
  if (found === undefined) return null;
  const { comparison, requestedBy, database } = found;
  const sides = await readSides({ records }, [comparison.bundleId, comparison.otherBundleId]);
  const tables = [...(comparison.tables as ComparedTable[])].sort((a, b) => apart(b) - apart(a));
  const chosen = table ?? tables.find((each) => apart(each) > 0)?.table ?? null;
  const rows = chosen === null ? [] : await readRows({ records }, id, chosen);
  return {
    id,
    state: comparison.state,
    bundle: sides.get(comparison.bundleId)!,
    other:
      comparison.otherBundleId === null
        ? { kind: "database", name: database!, imported: comparison.importId !== null }
        : { kind: "bundle", ...sides.get(comparison.otherBundleId)! },
    requestedBy,
    createdAt: comparison.createdAt,
    startedAt: comparison.startedAt,
    endedAt: comparison.endedAt,
    progress: comparison.progress as Progress | null,
    progressAt: comparison.progressAt,
    equal: comparison.equal,
    tables,
    findings: comparison.findings as readonly Finding[],
    shown: chosen === null || rows.length === 0 ? null : { table: chosen, rows, most: ROWS_SHOWN },
    mayCancel: actor.permissions.has("download:bundle"),
  };
}

/** Rows of a table that are not the same on both sides. */
export function apart({ added, removed, changed }: ComparedTable): number {
  return added + removed + changed;
}

async function readSides(
  { records }: Source,
  ids: readonly (string | null)[],
): Promise<Map<string, ComparedBundle>> {
  const rows = await records
    .select({
      id: bundles.id,
      name: bundles.name,
      tenantSlug: bundles.tenantSlug,
      tenantKey: bundles.tenantKey,
      schemaVersion: bundles.schemaVersion,
      manifest: bundles.manifest,
    })
    .from(bundles)
    .where(
      inArray(
        bundles.id,
        ids.filter((id) => id !== null),
      ),
    );
  return new Map(
    rows.map(({ manifest, ...bundle }) => [bundle.id, { ...bundle, takenAt: takenAt(manifest) }]),
  );
}

/** As the manifest says; null where there is none. */
function takenAt(manifest: unknown): Date | null {
  const at = (manifest as { source?: { takenAt?: string } } | null)?.source?.takenAt;
  return at === undefined ? null : new Date(at);
}

async function readRows({ records }: Source, id: string, table: string): Promise<ShownRow[]> {
  const rows = await records
    .select({ row: comparisonRows.row })
    .from(comparisonRows)
    .where(and(eq(comparisonRows.comparisonId, id), eq(comparisonRows.table, table)))
    .orderBy(asc(comparisonRows.place));
  return rows.map(({ row }) => row as ShownRow);
}
