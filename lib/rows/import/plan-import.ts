/**
 * What an import would do, computed read-only: the target judged, the bundle proved, collisions counted. The same
 * functions plan for a dry run and before the first write.
 */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import { signatureFindings } from "../../bundle/verify.ts";
import { blocks, type Finding } from "../../findings/finding.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Substitution } from "../remap/remap.ts";
import type { RemapPlan } from "../remap/remap-plan.ts";
import type { RunContext } from "../run-context.ts";
import { type CommonTable, missingFindings, resolveCommonRows } from "./common-rows.ts";
import type { GlobalKey } from "./global-key.ts";
import { keyToBe, valueTaken } from "./new-key.ts";
import { type ImportOutline, outlineImport } from "./outline.ts";
import { countHomeless, homelessFinding, type Landing, landings } from "./partitions-there.ts";
import type { ImportRequest } from "./request.ts";
import { type Scan, type ScanRequest, scanBundle } from "./scan.ts";
import { countTaken, globalKeys, takenFinding } from "./taken.ts";

export interface ImportPlan extends ImportOutline {
  /** The bundle's contents as far as the import needs them in memory; null where a finding stopped the plan. */
  readonly scan: Scan | null;
  readonly common: readonly CommonTable[];
}

/** With kept ids nearly every key could collide: so many rows a table are looked at, the load judges the rest. */
const KEPT_SAMPLE = 1_000;

/** @throws Refusal when the bundle is not whole or not one at all */
export async function planImport(
  client: pg.Client,
  request: ImportRequest,
  context: RunContext,
): Promise<ImportPlan> {
  const outline = await outlineImport(client, request);
  if (blocks(outline.findings)) return { ...outline, scan: null, common: [] };
  return await planRows(client, request, outline, "digests", context);
}

/**
 * Reads the bundle's rows, asks the target about them, and completes the outline.
 *
 * @param proof `none` where the load proves the bundle
 * @throws Refusal when the bundle is not whole
 */
export async function planRows(
  client: pg.ClientBase,
  request: ImportRequest,
  outline: ImportOutline,
  proof: ScanRequest["proof"],
  context: RunContext,
): Promise<ImportPlan> {
  const { remap, substitutions } = outline;
  const { catalog, model } = outline.target;
  const taken = new Map<GlobalKey | Landing, number>();
  const ask = (
    key: GlobalKey | Landing,
    values: readonly (readonly (string | null)[])[],
    rows: readonly number[],
  ) =>
    "partitioned" in key
      ? countHomeless(client, catalog, key, values, rows)
      : countTaken(client, catalog, key, substitute(key, values, [...substitutions, ...chosenKey]));
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
      proof,
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
  const met = [...taken]
    .filter(([, count]) => count > 0)
    .map(([key, count]) =>
      "partitioned" in key ? homelessFinding(key, count) : takenFinding(model, key, count),
    );
  return judgeScan(outline, scan, await judgeCommonRows(client, request, outline, scan.common), met);
}

/** What the bundle's common rows come to here, and what of the tenant's own names is taken. */
export interface JudgedCommonRows {
  readonly common: readonly CommonTable[];
  readonly findings: readonly Finding[];
}

export async function judgeCommonRows(
  client: pg.ClientBase,
  request: ImportRequest,
  { manifest, remap, target: { catalog, model } }: ImportOutline,
  rows: Scan["common"],
): Promise<JudgedCommonRows> {
  const common = commonTables(manifest, rows, remap, model);
  const resolved = await resolveCommonRows(client, catalog, model, common, false);
  return {
    common,
    findings: [
      ...(request.missing ? [] : await valueTaken(client, request, manifest, model)),
      ...resolved.findings,
      ...missingFindings(catalog, model, resolved),
    ],
  };
}

/** The outline, completed by what the bundle's rows have shown. Pure. */
export function judgeScan(
  outline: ImportOutline,
  scan: Scan,
  { common, findings }: JudgedCommonRows,
  met: readonly Finding[] = [],
): ImportPlan {
  return {
    ...outline,
    scan,
    common,
    findings: [...outline.findings, ...signatureFindings(scan.signature), ...met, ...findings],
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
function commonTables(
  manifest: Manifest,
  rows: Scan["common"],
  remap: RemapPlan,
  model: TenancyModel,
): CommonTable[] {
  return manifest.reference.map((table, index) => {
    const id = qualifiedName(table.schema, table.name);
    const { match, create } = model.tables.get(id)!.common!;
    const pointedAt = table.columns
      .map((column) => column.name)
      .filter((column) => remap.sources.has(qualifiedColumn(id, column)));
    return {
      manifest: { ...table, match: [...match], create: [...create] },
      rows: rows[index]!,
      pointedAt,
    };
  });
}
