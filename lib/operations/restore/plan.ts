/** What bringing a deleted tenant back would do: its bundle proved, the schema judged, every row announced. */
import { type Manifest, manifestSchema } from "../../bundle/manifest.ts";
import type { PlanContext } from "../../engine/contexts.ts";
import type { Effect, Gate, OperationPlan } from "../../engine/plan.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import { pinSession } from "../../postgres/session.ts";
import { recordsNow } from "../../records/clock.ts";
import type { NulledPointer } from "../../rows/delete/erasure.ts";
import { readErasure } from "../../rows/delete/erasure.ts";
import { planImport } from "../../rows/import/plan-import.ts";
import { quietContext } from "../../rows/run-context.ts";
import { judgeSignature } from "../keys/judge-signature.ts";
import { withBundle } from "../shared/bundle.ts";
import { importEffects } from "../shared/import-effects.ts";
import { importGates } from "../shared/import-gates.ts";
import { identityOf, planFinding, touchedTables } from "../shared/subject.ts";
import { called } from "../shared/tenant.ts";
import { upgradeHelps } from "../shared/upgrade-helps.ts";
import { TENANTRY_VERSION } from "../shared/versions.ts";
import { distrustedKeys } from "../signer.ts";
import type { Tombstone } from "../tombstones/tombstones.ts";
import { inRestoreWords } from "./findings.ts";
import { restoreGates } from "./gates.ts";
import type { RestoreInput } from "./input.ts";
import { findRestorable, restoreRequest } from "./request.ts";
import { RESTORE_STEPS } from "./steps.ts";

export async function planRestore(context: PlanContext, input: RestoreInput): Promise<OperationPlan> {
  const { database, records } = context;
  const { tombstone, bundle, partly } = await findRestorable(context, input);
  const client = await context.connect();
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    const ledger = partly ? await readErasure(client, input.tenantKey) : null;
    return await withBundle(context, bundle, async (source) => {
      const schema = ownSchema(bundle.manifest, context);
      const request = await restoreRequest(context, source, {
        url: context.plannerUrl,
        role: "plans",
        journal: () => bundle.name,
        ...(partly ? { missing: { schema } } : {}),
      });
      const planned = await planImport(client, request, quietContext({ signal: context.signal }));
      const { manifest, scan, target } = planned;
      const distrusted = await distrustedKeys(records);
      const findings = [
        ...inRestoreWords(judgeSignature(planned.findings, scan?.signature ?? null, distrusted)),
        ...notWhatWasDeleted(tombstone, manifest, scan?.sha256 ?? bundle.sha256),
      ];
      const touched = [...manifest.tables, ...manifest.reference].map(({ schema, name }) =>
        qualifiedName(schema, name),
      );
      const nulled = (tombstone.nulled ?? []) as readonly NulledPointer[];
      const missing = new Map(ledger?.tables.map(({ table, deleted }) => [table, deleted]));
      const effects = [
        ...importEffects(planned, database.name).flatMap((effect) =>
          onlyMissing(effect, partly, ledger === null, missing),
        ),
        ...pointersBack(nulled, database.name),
      ];
      const { key, slug, name } = manifest.tenant;
      const rows = effects.every((effect) => effect.rows !== null || effect.verb !== "insert")
        ? effects.reduce((sum, effect) => (effect.verb === "insert" ? sum + (effect.rows ?? 0) : sum), 0)
        : null;
      return {
        kind: "restore",
        summary: `${partly ? "Restore what is missing of" : "Restore"} ${called({ key, slug, name })} in ${database.name} from ${bundle.name}`,
        tenant: { key, slug, name },
        databases: [identityOf(database, target.catalog)],
        options: { tombstone: tombstone.id, partly },
        tables: touchedTables(target, touched),
        bundle: scan?.sha256 ?? bundle.sha256,
        effects,
        steps: RESTORE_STEPS.map(({ name, title, reversibility }) => ({ name, title, reversibility })),
        gates: [
          ...restoreGates(
            tombstone,
            { sha256: scan?.sha256 ?? null, trusted: scan?.signature.state === "trusted" },
            await recordsNow(records),
          ),
          ...importGates(findings, scan !== null).map((gate) => upgradeFirst(gate, bundle.id, findings)),
        ],
        findings,
        estimate: { rows, bytes: scan?.seal.totals.bytes ?? null, seconds: null },
        versions: { planner: TENANTRY_VERSION, model: target.model.version },
        rollback:
          "One transaction: until it commits an abort leaves nothing behind. Afterwards the tenant is suspended, and can be deleted again.",
        exact: rows !== null,
      };
    });
  } catch (error) {
    throw planFinding(error, database.name);
  }
}

/** Of a tenant with a schema of its own: where the missing rows go. */
function ownSchema(stored: unknown, { platform }: PlanContext): string | null {
  const manifest: Manifest | undefined = manifestSchema.safeParse(stored).data;
  return platform.file.placement === "schema" ? (manifest?.tables[0]?.schema ?? null) : null;
}

/** What is still there stays as it is. Where nobody may read how far the delete came, nobody counts. */
function onlyMissing(
  effect: Effect,
  partly: boolean,
  unknown: boolean,
  missing: ReadonlyMap<string, number>,
): Effect[] {
  if (!partly || effect.verb !== "insert") return [effect];
  if (unknown) return [{ ...effect, rows: null, bytes: null, note: "rows that are missing" }];
  const rows = missing.get(effect.object) ?? 0;
  return rows === 0 ? [] : [{ ...effect, rows, bytes: null }];
}

function pointersBack(nulled: readonly NulledPointer[], place: string): Effect[] {
  return [...Map.groupBy(nulled, ({ table }) => table)].map(([object, pointers]) => ({
    verb: "update",
    object,
    place,
    rows: null,
    bytes: null,
    reversibility: "compensating",
    note: `at most ${pointers.length} rows that stayed: set back where they are still NULL`,
  }));
}

/** A trusted bundle of the tenant, and yet of another time: what was written between them does not come back. */
function notWhatWasDeleted(
  { bundleSha256 }: Pick<Tombstone, "bundleSha256">,
  { ancestry, source }: Pick<Manifest, "ancestry" | "source">,
  sha256: string | null,
): Finding[] {
  const from = [sha256, ...(ancestry ?? []).map(({ bundle }) => bundle.sha256)];
  if (from.includes(bundleSha256)) return [];
  return [
    {
      code: "bundle-of-another-time",
      severity: "warns",
      where: "bundleId",
      what: `The bundle is neither the one that the tenant was deleted with, nor an upgrade of it: it holds the tenant as it was at ${ancestry?.[0]?.bundle.takenAt ?? source.takenAt}.`,
      todo: "Choose the one that it was deleted with, or its upgrade, unless that is gone.",
    },
  ];
}

function upgradeFirst(gate: Gate, bundleId: string, findings: readonly Finding[]): Gate {
  if (gate.code !== "schema-equal" || gate.holds) return gate;
  if (!upgradeHelps(findings.map(({ code }) => code)))
    return { ...gate, opens: { title: "To the bundle", page: "bundle", bundleId } };
  return {
    ...gate,
    detail: `${gate.detail} The database has moved on since: upgrade the bundle to its schema first, then restore from that one.`,
    opens: { title: "Upgrade it", operation: "upgrade", bundleId },
  };
}
