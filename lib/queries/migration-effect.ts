/** What migrations do to one tenant's rows, as a worker has seen it: how far it is, what it found, some of the rows. */
import "server-only";
import { and, asc, eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { secretContext } from "../access/secret-context.ts";
import { type Finding, Refusal } from "../findings/finding.ts";
import type { ShownRow } from "../operations/comparisons/shown-row.ts";
import type { Console } from "../operations/console.ts";
import { RUN } from "../operations/effects/ask.ts";
import type { KeptEffect, KeptTable, PersonalRows } from "../operations/effects/keep.ts";
import { PERSONAL_MINUTES } from "../operations/effects/shown.ts";
import { recordsNow } from "../records/clock.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import {
  type EFFECT_STATES,
  migrationEffectRows,
  migrationEffects,
} from "../records/schema/migration-effects.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { isChanged } from "../rows/effect/is-changed.ts";
import type { Progress } from "../rows/run-context.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export type EffectState = (typeof EFFECT_STATES)[number];

export interface MigrationEffectView {
  readonly id: string;
  readonly platform: string;
  readonly version: string;
  readonly to: string;
  readonly state: EffectState;
  readonly bundle: {
    readonly id: string;
    readonly name: string;
    readonly tenantSlug: string | null;
    readonly tenantKey: string | null;
    readonly schemaVersion: string | null;
  };
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly progress: Progress | null;
  readonly progressAt: Date | null;
  /** Null until it is done. */
  readonly effect: KeptEffect | null;
  /** Tables of which anything is different, the most rows first; then how many are as they were. */
  readonly changed: readonly KeptTable[];
  readonly same: number;
  readonly findings: readonly Finding[];
  /** The table that the address names, or the first one that has rows to show. */
  readonly shown: {
    readonly table: string;
    readonly rows: readonly ShownRow[];
    readonly personal: boolean;
  } | null;
  /** Until when this person sees personal columns here; null where they are masked. */
  readonly personalUntil: Date | null;
  readonly mayCancel: boolean;
}

/** Null where there is none, or none any more. @throws Refused */
export async function readMigrationEffect(
  source: Pick<Console, "records" | "secrets">,
  actor: Actor,
  id: string,
  { table }: { readonly table: string | null },
): Promise<MigrationEffectView | null> {
  authorise(actor, "see");
  if (!isId(id)) return null;
  const { records } = source;
  const [found] = await records
    .select({
      row: migrationEffects,
      platform: platforms.name,
      requestedBy: persons.name,
      bundle: {
        id: bundles.id,
        name: bundles.name,
        tenantSlug: bundles.tenantSlug,
        tenantKey: bundles.tenantKey,
        schemaVersion: bundles.schemaVersion,
      },
    })
    .from(migrationEffects)
    .innerJoin(platforms, eq(platforms.id, migrationEffects.platformId))
    .innerJoin(persons, eq(persons.id, migrationEffects.requestedBy))
    .innerJoin(bundles, eq(bundles.id, migrationEffects.bundleId))
    .where(eq(migrationEffects.id, id));
  if (found === undefined) return null;
  const { row, platform, requestedBy, bundle } = found;
  const effect = row.effect as KeptEffect | null;
  const changed = (effect?.tables ?? []).filter(isChanged).sort((a, b) => apart(b) - apart(a));
  const chosen =
    changed.find((each) => each.examples > 0 && (table === null || each.table === table)) ?? null;
  const personal = personalRowsOf(source, actor, row, await recordsNow(source.records));
  return {
    id,
    platform,
    version: row.version,
    to: row.toVersion,
    state: row.state,
    bundle,
    requestedBy,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    progress: row.progress as Progress | null,
    progressAt: row.progressAt,
    effect,
    changed,
    same: (effect?.tables.length ?? 0) - changed.length,
    findings: row.findings as readonly Finding[],
    shown:
      chosen === null
        ? null
        : {
            table: chosen.table,
            rows: personal?.rows[chosen.table] ?? (await readRows(source, id, chosen.table)),
            personal: chosen.personal,
          },
    personalUntil: personal?.until ?? null,
    mayCancel: actor.permissions.has(RUN),
  };
}

/** Rows of a table that are not the same before and after. */
const apart = ({ added, removed, changed }: KeptTable) => added + removed + changed;

/** Only for who asked, while it lasts. */
function personalRowsOf(
  { secrets }: Pick<Console, "secrets">,
  actor: Actor,
  { id, personalRows, requestedBy, endedAt }: typeof migrationEffects.$inferSelect,
  now: Date,
): { readonly rows: PersonalRows; readonly until: Date } | null {
  if (personalRows === null || endedAt === null || requestedBy !== actor.personId) return null;
  const until = new Date(endedAt.getTime() + PERSONAL_MINUTES * 60_000);
  if (!actor.permissions.has("see:personal") || until < now) return null;
  try {
    return { rows: JSON.parse(secrets.open(personalRows, secretContext.effectRows(id))), until };
  } catch (error) {
    // The key has changed meanwhile: what it sealed is of no use to anybody.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

async function readRows({ records }: Source, id: string, table: string): Promise<ShownRow[]> {
  const rows = await records
    .select({ row: migrationEffectRows.row })
    .from(migrationEffectRows)
    .where(and(eq(migrationEffectRows.effectId, id), eq(migrationEffectRows.table, table)))
    .orderBy(asc(migrationEffectRows.place));
  return rows.map(({ row }) => row as ShownRow);
}
