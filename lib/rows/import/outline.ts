/**
 * What an import would do as far as it can be told without a look at the bundle's rows: the target read and judged,
 * the ids and names planned.
 */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import { openBundle } from "../../bundle/reader.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { readSchema } from "../../catalog/schema-copy/read-schema.ts";
import { blocks, type Finding } from "../../findings/finding.ts";
import type { Substitution } from "../remap/remap.ts";
import { planRemap, type RemapPlan } from "../remap/remap-plan.ts";
import { newKeyFindings } from "./new-key.ts";
import { importRights, preflight, type Target } from "./preflight.ts";
import type { ImportRequest } from "./request.ts";
import { readSchemaMark } from "./schema-mark.ts";
import { planSubstitutions } from "./substitutions.ts";
import { countResidents } from "./taken.ts";
import { readTarget } from "./target.ts";

export interface ImportOutline {
  readonly manifest: Manifest;
  readonly target: Target;
  /** The schema's mark, read before the target was: where it is the same later on, so is the target. */
  readonly schemaMark: string;
  readonly remap: RemapPlan;
  readonly substitutions: readonly Substitution[];
  /** Tenants that live in the target already; null where tenants are only values and nobody can count them. */
  readonly residents: number | null;
  /** Where one blocks, the bundle's rows need not be read. */
  readonly findings: readonly Finding[];
}

/** What the model says that somebody has to do when a tenant is there. */
const AFTERWARDS = new Set([
  "trigger-makes-objects",
  "large-object-column",
  "shared-rows-hold-ids",
  "value-encrypted-elsewhere",
]);

/** @throws Refusal when the file is no bundle at all */
export async function outlineImport(client: pg.Client, request: ImportRequest): Promise<ImportOutline> {
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
  const findings = [
    ...model.findings.filter(({ severity, code }) => severity === "blocks" || AFTERWARDS.has(code)),
    ...target.findings,
    ...(isThere ? preflight(manifest, target, request.ids, request.role) : []),
    ...(await copyFindings(client, target)),
    ...(isThere ? substituted.findings : []),
    ...(!isThere || blocks(substituted.findings) ? [] : await newKeyFindings(client, request, model)),
    ...(request.unreviewed || residents === 0 ? [] : [reviewNeeded(catalog.database.name, residents)]),
  ];
  return {
    manifest,
    target,
    schemaMark,
    remap,
    substitutions: substituted.substitutions,
    residents,
    findings,
  };
}

/** What of another tenant's schema cannot be made again for the new one. */
async function copyFindings(client: pg.ClientBase, { newSchema }: Target): Promise<readonly Finding[]> {
  return newSchema === undefined ? [] : (await readSchema(client, newSchema.like)).findings;
}

/** The manifest alone; nothing in it is proved yet. */
export async function readManifest(source: BundleSource): Promise<Manifest> {
  const bundle = await openBundle(source, { proof: "none" });
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
