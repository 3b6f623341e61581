/** What an import changes in a tenant besides its ids. Pure. */
import type { ImportPlan } from "../../../lib/rows/import/plan-import.ts";
import type { Substitution } from "../../../lib/rows/remap/remap.ts";

export interface Change {
  /** `slug`, `domain`, `state`, or the column's own name. */
  readonly what: string;
  /** Null where every value becomes the new one. */
  readonly from: string | null;
  readonly to: string;
}

export function changesOf({ substitutions, manifest, target }: ImportPlan): Change[] {
  return substitutions.flatMap((substitution) => {
    const what = nameOf(substitution, target.model.tenant);
    return Object.entries(substitution.values).map(
      ([from, to]): Change => ({
        what,
        from: from !== "*" ? from : what === "slug" ? manifest.tenant.slug : null,
        to,
      }),
    );
  });
}

function nameOf({ table, column }: Substitution, tenant: ImportPlan["target"]["model"]["tenant"]): string {
  if (table === tenant.table && column === tenant.slug) return "slug";
  if (table === tenant.table && column === tenant.state?.column) return "state";
  if (table === tenant.domains?.table && column === tenant.domains.column) return "domain";
  return `${table}.${column}`;
}

/** `slug acme → acme-copy, state → suspended`. */
export function changesInWords(changes: readonly Change[]): string {
  return (
    changes.map(({ what, from, to }) => `${what} ${from === null ? "" : `${from} `}→ ${to}`).join(", ") ||
    "nothing"
  );
}

/** Secrets that the bundle does not carry and that an import leaves empty. */
export function secretsToSet({ findings }: Pick<ImportPlan, "findings">): string[] {
  return findings.filter(({ code }) => code === "secret-must-be-set").map(({ where }) => where);
}

/** How many common rows are there already, and how many are made. */
export function commonRows({ common, findings }: ImportPlan): { found: number; created: number } {
  const all = common.reduce((rows, each) => rows + each.rows.length, 0);
  const missing = findings
    .filter(({ code }) => code === "common-rows-created" || code === "common-rows-missing")
    .reduce((rows, each) => rows + (each.count ?? 0), 0);
  const created = findings
    .filter(({ code }) => code === "common-rows-created")
    .reduce((rows, each) => rows + (each.count ?? 0), 0);
  return { found: all - missing, created };
}

export function idsInWords(ids: "fresh" | "kept"): string {
  return ids === "fresh"
    ? "fresh: every generated id is new, and every reference follows"
    : "kept as they are; ids of common rows follow their natural keys";
}
