/**
 * What an import would do, computed read-only: the bundle proved, the target judged, collisions counted. The same
 * function plans for a dry run and before the first write.
 */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import { openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { signatureFindings } from "../../bundle/verify.ts";
import { readSchema } from "../../catalog/schema-copy/read-schema.ts";
import { blocks, type Finding } from "../../findings/finding.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Substitution } from "../remap/remap.ts";
import { planRemap, type RemapPlan } from "../remap/remap-plan.ts";
import type { RunContext } from "../run-context.ts";
import { type CommonTable, missingFindings, resolveCommonRows } from "./common-rows.ts";
import type { GlobalKey } from "./global-key.ts";
import { keyToBe, newKeyFindings, valueTaken } from "./new-key.ts";
import { countHomeless, homelessFinding, type Landing, landings } from "./partitions-there.ts";
import { importRights, preflight, type Target } from "./preflight.ts";
import type { ImportRequest } from "./request.ts";
import { type Scan, scanBundle } from "./scan.ts";
import { readSchemaMark } from "./schema-mark.ts";
import { planSubstitutions } from "./substitutions.ts";
import { countResidents, countTaken, globalKeys, takenFinding } from "./taken.ts";
import { readTarget } from "./target.ts";

export interface ImportPlan {
  readonly manifest: Manifest;
  readonly target: Target;
  /** The schema's mark, read before the target was: where it is the same later on, so is the target. */
  readonly schemaMark: string;
  /** The bundle's contents as far as the import needs them in memory; null where a finding stopped the plan. */
  readonly scan: Scan | null;
  readonly remap: RemapPlan;
  readonly substitutions: readonly Substitution[];
  readonly common: readonly CommonTable[];
  /** Tenants that live in the target already; null where tenants are only values and nobody can count them. */
  readonly residents: number | null;
  readonly findings: readonly Finding[];
}

/** What the model says that somebody has to do when a tenant is there. */
const AFTERWARDS = new Set([
  "trigger-makes-objects",
  "large-object-column",
  "shared-rows-hold-ids",
  "value-encrypted-elsewhere",
]);

/** With kept ids nearly every key could collide: so many rows a table are looked at, the load judges the rest. */
const KEPT_SAMPLE = 1_000;

/** @throws Refusal when the bundle is not whole or not one at all */
export async function planImport(
  client: pg.ClientBase,
  request: ImportRequest,
  context: RunContext,
): Promise<ImportPlan> {
  const manifest = await readManifest(request.source);
  const schemaMark = await readSchemaMark(client);
  const target = await readTarget(client, request, manifest, request.missing?.schema ?? null);
  const { catalog, model } = target;
  const remap = planRemap(model, manifest, request.ids);
  const substituted = planSubstitutions(request, manifest, model);
  const residents = blocks(importRights(manifest, target, request.role))
    ? null
    : await countResidents(client, model);
  // Where there is no model every table of the bundle would be missing: that says nothing more.
  const isThere = model.tables.size > 0;
  const before = [
    ...model.findings.filter(({ severity, code }) => severity === "blocks" || AFTERWARDS.has(code)),
    ...target.findings,
    ...(isThere ? preflight(manifest, target, request.ids, request.role) : []),
    ...(await copyFindings(client, target)),
    ...(isThere ? substituted.findings : []),
    ...(!isThere || blocks(substituted.findings) ? [] : await newKeyFindings(client, request, model)),
    ...(request.unreviewed || residents === 0 ? [] : [reviewNeeded(catalog.database.name, residents)]),
  ];
  const unread = { manifest, target, schemaMark, remap, substitutions: substituted.substitutions, residents };
  if (blocks(before)) return { ...unread, scan: null, common: [], findings: before };

  const taken = new Map<GlobalKey | Landing, number>();
  const ask = (
    key: GlobalKey | Landing,
    values: readonly (readonly (string | null)[])[],
    rows: readonly number[],
  ) =>
    "partitioned" in key
      ? countHomeless(client, catalog, key, values, rows)
      : countTaken(
          client,
          catalog,
          key,
          substitute(key, values, [...substituted.substitutions, ...chosenKey]),
        );
  /** One question at a time, and the reading goes on meanwhile. */
  let asked: Promise<void> = Promise.resolve();
  const newKey = keyToBe(request, model);
  const chosenKey =
    newKey === null || model.tenant.table === null
      ? []
      : [{ table: model.tenant.table, column: model.tenant.key, values: { "*": newKey } }];
  const scan = await scanBundle(
    {
      source: request.source,
      trust: request.trust ?? [],
      plan: remap,
      // What is there of the tenant is meant to be met.
      keys: request.missing ? [] : [...globalKeys(catalog, remap), ...landings(catalog, remap)],
      keyRows: request.ids === "kept" ? KEPT_SAMPLE : Number.POSITIVE_INFINITY,
      onKeys: async (key, values, rows) => {
        await asked;
        asked = ask(key, values, rows).then((count) => {
          taken.set(key, (taken.get(key) ?? 0) + count);
        });
        // It is waited for before the next one, or at the end; a bundle that is refused meanwhile says so first.
        asked.catch(() => {});
      },
    },
    context,
  );
  await asked;
  const common = commonTables(manifest, scan, remap, model);
  const resolved = await resolveCommonRows(client, catalog, model, common, false);
  const findings = [
    ...before,
    ...signatureFindings(scan.signature),
    ...(request.missing ? [] : await valueTaken(client, request, manifest, model)),
    ...[...taken]
      .filter(([, count]) => count > 0)
      .map(([key, count]) =>
        "partitioned" in key ? homelessFinding(key, count) : takenFinding(model, key, count),
      ),
    ...resolved.findings,
    ...missingFindings(catalog, model, resolved),
  ];
  return { ...unread, scan, common, findings };
}

/** What of another tenant's schema cannot be made again for the new one. */
async function copyFindings(client: pg.ClientBase, { newSchema }: Target): Promise<readonly Finding[]> {
  return newSchema === undefined ? [] : (await readSchema(client, newSchema.like)).findings;
}

/** The manifest alone; nothing in it is proved yet. */
export async function readManifest(source: BundleSource): Promise<Manifest> {
  const bundle = await openBundle(source);
  await bundle.close();
  return bundle.manifest;
}

/** What stands against an import without another person's eyes; a dry run shows it beside everything else. */
export function reviewNeeded(database: string, residents: number | null): Finding {
  return {
    code: "review-needed",
    severity: "blocks",
    where: database,
    ...(residents === null ? {} : { count: residents }),
    what: `This database holds ${residents === 1 ? "another tenant" : `${residents ?? "other"} tenants`}, and an import beside others is reviewed by a second person in the console.`,
    todo: "Import in the console, or take the responsibility with --unreviewed.",
  };
}

/** A key's values as they will be: slug and domains may be renamed on the way. */
function substitute(
  { table, needs }: GlobalKey,
  values: readonly (readonly (string | null)[])[],
  substitutions: readonly Substitution[],
): readonly (readonly (string | null)[])[] {
  const renamed = needs.map((column) =>
    substitutions.find((candidate) => candidate.table === table && candidate.column === column),
  );
  if (renamed.every((substitution) => substitution === undefined)) return values;
  return values.map((row) =>
    row.map((value, at) =>
      value === null ? null : (renamed[at]?.values[value] ?? renamed[at]?.values["*"] ?? value),
    ),
  );
}

/** What is matched by, and what may be created, the platform file here says; the bundle's is another's word. */
function commonTables(manifest: Manifest, scan: Scan, remap: RemapPlan, model: TenancyModel): CommonTable[] {
  return manifest.reference.map((table, index) => {
    const id = qualifiedName(table.schema, table.name);
    const { match, create } = model.tables.get(id)!.common!;
    const pointedAt = table.columns
      .map((column) => column.name)
      .filter((column) => remap.sources.has(qualifiedColumn(id, column)));
    return {
      manifest: { ...table, match: [...match], create: [...create] },
      rows: scan.common[index]!,
      pointedAt,
    };
  });
}
