/** Over whose rows a migration can be tried, how far, and what has been seen of it already. */
import "server-only";
import { and, count, desc, eq, inArray } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { folderSurvey } from "../operations/migrations/surveyed.ts";
import { bundles } from "../records/schema/bundles.ts";
import { migrationEffects } from "../records/schema/migration-effects.ts";
import { migrationSurveys } from "../records/schema/migration-surveys.ts";
import { persons } from "../records/schema/persons.ts";
import type { EffectState } from "./migration-effect.ts";
import { findPlatform } from "./platform.ts";
import { authorise } from "./refused.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";

export interface EffectChoices {
  readonly platform: { readonly id: string; readonly name: string };
  readonly version: string;
  /** Those that have not run it, the newest first; the first of them unless somebody says otherwise. */
  readonly bundles: readonly {
    readonly id: string;
    readonly name: string;
    readonly tenantSlug: string | null;
    readonly schemaVersion: string | null;
    readonly at: Date;
  }[];
  /** Versions from this one on, in the folder's order. */
  readonly until: readonly string[];
  readonly recent: Some<EffectEntry>;
  readonly mayAsk: boolean;
  readonly mayAskForPersonal: boolean;
}

export interface EffectEntry {
  readonly id: string;
  readonly state: EffectState;
  readonly to: string;
  readonly tenantSlug: string | null;
  readonly bundle: string;
  readonly requestedBy: string;
  readonly at: Date;
}

/** Bundles to choose from. */
const CHOICES = 50;

/** Null where there is no such platform. @throws Refused */
export async function readEffectChoices(
  { records }: Source,
  actor: Actor,
  platformName: string,
  version: string,
): Promise<EffectChoices | null> {
  authorise(actor, "see");
  const platform = await findPlatform({ records }, platformName);
  if (platform === null) return null;
  const [survey] = await records
    .select({ survey: migrationSurveys.survey })
    .from(migrationSurveys)
    .where(eq(migrationSurveys.platformId, platform.id));
  const versions = (folderSurvey.safeParse(survey?.survey).data?.files ?? []).map((file) => file.version);
  const place = versions.indexOf(version);
  const before = place === -1 ? [] : versions.slice(0, place);
  const [choices, recent] = await Promise.all([
    before.length === 0 ? [] : readBundles({ records }, platform.id, before),
    readRecent({ records }, platform.id, version),
  ]);
  return {
    platform: { id: platform.id, name: platform.name },
    version,
    bundles: choices,
    until: place === -1 ? [] : versions.slice(place),
    recent,
    mayAsk: actor.permissions.has("request:upgrade") && actor.permissions.has("download:bundle"),
    mayAskForPersonal: actor.permissions.has("see:personal"),
  };
}

async function readBundles({ records }: Source, platformId: string, versions: readonly string[]) {
  return records
    .select({
      id: bundles.id,
      name: bundles.name,
      tenantSlug: bundles.tenantSlug,
      schemaVersion: bundles.schemaVersion,
      at: bundles.createdAt,
    })
    .from(bundles)
    .where(
      and(
        eq(bundles.platformId, platformId),
        eq(bundles.state, "ready"),
        inArray(bundles.schemaVersion, [...versions]),
      ),
    )
    .orderBy(desc(bundles.createdAt), desc(bundles.id))
    .limit(CHOICES);
}

async function readRecent(
  { records }: Source,
  platformId: string,
  version: string,
): Promise<Some<EffectEntry>> {
  const ofVersion = and(eq(migrationEffects.platformId, platformId), eq(migrationEffects.version, version));
  const [entries, [all]] = await Promise.all([
    records
      .select({
        id: migrationEffects.id,
        state: migrationEffects.state,
        to: migrationEffects.toVersion,
        tenantSlug: bundles.tenantSlug,
        bundle: bundles.name,
        requestedBy: persons.name,
        at: migrationEffects.createdAt,
      })
      .from(migrationEffects)
      .innerJoin(bundles, eq(bundles.id, migrationEffects.bundleId))
      .innerJoin(persons, eq(persons.id, migrationEffects.requestedBy))
      .where(ofVersion)
      .orderBy(desc(migrationEffects.createdAt), desc(migrationEffects.id))
      .limit(A_FEW),
    records.select({ count: count() }).from(migrationEffects).where(ofVersion),
  ]);
  return { entries, total: all?.count ?? 0 };
}
