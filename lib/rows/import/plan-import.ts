/**
 * What an import would do, computed read-only: the bundle proved, the target judged, collisions counted. The same
 * function plans for a dry run and before the first write.
 */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import { openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { signatureFindings } from "../../bundle/verify.ts";
import { readCatalog } from "../../catalog/read.ts";
import { blocks, type Finding } from "../../findings/finding.ts";
import { readLedger } from "../../ledger/detect.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Substitution } from "../remap/remap.ts";
import { planRemap, type RemapPlan } from "../remap/remap-plan.ts";
import type { RunContext } from "../run-context.ts";
import { type CommonTable, missingFindings, resolveCommonRows } from "./common-rows.ts";
import { keyToBe, newKeyFindings, valueTaken } from "./new-key.ts";
import { importRights, preflight, type Target } from "./preflight.ts";
import type { ImportRequest } from "./request.ts";
import { type Scan, scanBundle } from "./scan.ts";
import { readSchemaMark } from "./schema-mark.ts";
import { planSubstitutions } from "./substitutions.ts";
import { countResidents, countTaken, type GlobalKey, globalKeys, takenFinding } from "./taken.ts";

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
  const target = await readTarget(client, request);
  const { catalog, model } = target;
  const remap = planRemap(model, manifest, request.ids);
  const substituted = planSubstitutions(request, manifest, model);
  const residents = blocks(importRights(manifest, target, request.role))
    ? null
    : await countResidents(client, model);
  const before = [
    ...model.findings.filter((finding) => finding.severity === "blocks"),
    ...target.findings,
    ...preflight(manifest, target, request.ids, request.role),
    ...substituted.findings,
    ...(blocks(substituted.findings) ? [] : await newKeyFindings(client, request, model)),
    ...(request.unreviewed || residents === 0 ? [] : [reviewNeeded(catalog.database.name, residents)]),
  ];
  const unread = { manifest, target, schemaMark, remap, substitutions: substituted.substitutions, residents };
  if (blocks(before)) return { ...unread, scan: null, common: [], findings: before };

  const taken = new Map<GlobalKey, number>();
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
      keys: globalKeys(catalog, remap),
      keyRows: request.ids === "kept" ? KEPT_SAMPLE : Number.POSITIVE_INFINITY,
      onKeys: async (key, values) => {
        await asked;
        const wanted = substitute(key, values, [...substituted.substitutions, ...chosenKey]);
        asked = countTaken(client, catalog, key, wanted).then((count) => {
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
    ...(await valueTaken(client, request, manifest, model)),
    ...[...taken].filter(([, count]) => count > 0).map(([key, count]) => takenFinding(model, key, count)),
    ...resolved.findings,
    ...missingFindings(catalog, model, resolved),
  ];
  return { ...unread, scan, common, findings };
}

/** The manifest alone; nothing in it is proved yet. */
export async function readManifest(source: BundleSource): Promise<Manifest> {
  const bundle = await openBundle(source);
  await bundle.close();
  return bundle.manifest;
}

export async function readTarget(
  client: pg.ClientBase,
  request: Pick<ImportRequest, "platform">,
): Promise<Target & { findings: readonly Finding[] }> {
  const catalog = await readCatalog(client);
  const { ledger, findings } = await readLedger(client, { tool: request.platform.ledger });
  return { catalog, model: deriveModel(catalog, request.platform), ledger, findings };
}

/** The plan's target as it is now: read anew only where the schema has changed since. */
export async function rereadTarget(
  client: pg.ClientBase,
  request: Pick<ImportRequest, "platform">,
  { target, schemaMark }: Pick<ImportPlan, "target" | "schemaMark">,
): Promise<Target> {
  if ((await readSchemaMark(client)) !== schemaMark) return readTarget(client, request);
  // Migrations that only write rows leave no other trace.
  const { ledger } = await readLedger(client, { tool: request.platform.ledger });
  return { ...target, ledger };
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
  { table, key }: GlobalKey,
  values: readonly (readonly string[])[],
  substitutions: readonly Substitution[],
): readonly (readonly string[])[] {
  const renamed = key.columns.map((column) =>
    substitutions.find((candidate) => candidate.table === table && candidate.column === column),
  );
  if (renamed.every((substitution) => substitution === undefined)) return values;
  return values.map((row) =>
    row.map((value, at) => renamed[at]?.values[value] ?? renamed[at]?.values["*"] ?? value),
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
