/** What an import would write, from the seal's counts and the common rows that are missing. Pure. */
import type { Effect } from "../../engine/plan.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { ImportPlan } from "../../rows/import/plan-import.ts";

/** Exact, table by table, once the bundle is proved; nothing before that. */
export function importEffects(
  { manifest, scan }: Pick<ImportPlan, "manifest" | "scan">,
  database: string,
): Effect[] {
  if (scan === null) return [];
  const sealed = (section: "data" | "reference", ordinal: number) =>
    scan.seal.tables.find((table) => table.section === section && table.ordinal === ordinal);
  const inserted = manifest.tables.map((table): Effect => {
    const digest = sealed("data", table.ordinal);
    return {
      verb: "insert",
      object: qualifiedName(table.schema, table.name),
      place: database,
      rows: digest?.rows ?? 0,
      bytes: digest?.bytes ?? 0,
      reversibility: "compensating",
    };
  });
  // How many are missing here depends on the residents, who go on working: it is no part of what is approved.
  const created = manifest.reference
    .filter((table) => table.create.length > 0 && (sealed("reference", table.ordinal)?.rows ?? 0) > 0)
    .map(
      (table): Effect => ({
        verb: "create",
        object: qualifiedName(table.schema, table.name),
        place: database,
        rows: null,
        bytes: null,
        reversibility: "irreversible",
        note: `shared rows that are not found here by ${table.match.join(", ")}, at most ${sealed("reference", table.ordinal)?.rows}`,
      }),
    );
  return [...created, ...inserted.filter((effect) => effect.rows !== 0)];
}
