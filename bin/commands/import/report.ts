/** What an import has done and proved, in words and in JSON. */
import type { ImportResult } from "../../../lib/rows/import/import-tenant.ts";
import { count, duration, plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";
import { facts } from "../../cli/table.ts";
import { tenantName } from "../bundle-facts.ts";
import { changesInWords, changesOf, commonRows, idsInWords, secretsToSet } from "./changes.ts";

export interface Imported extends ImportResult {
  readonly ids: "fresh" | "kept";
}

export function importedText(imported: Imported, milliseconds: number, style: Style): string[] {
  const { plan, tenant, outcome, tables, journal, ids } = imported;
  const database = plan.target.catalog.database.name;
  const who = tenant.slug === null ? tenant.key : `${tenant.slug} (${tenant.key})`;
  if (outcome === "imported before")
    return [
      `${style.green("Imported before.")} ${tenantName(plan.manifest)} is in ${database} as ${who}; nothing was left to do.`,
      ...facts([["journal", journal]], style),
    ];
  const common = commonRows(plan);
  const secrets = secretsToSet(plan);
  return [
    `${style.green("Imported.")} ${tenantName(plan.manifest)} is in ${database} as ${who}.`,
    ...facts(
      [
        ["rows", `${plural(rowsOf(imported), "row")} in ${plural(tables.length, "table")}`],
        ["ids", idsInWords(ids)],
        ["changed", changesInWords(changesOf(plan))],
        ["common", `${plural(common.found, "row")} found by natural key, ${count(common.created)} created`],
        ...proofs(imported).map((proof, at) => [at === 0 ? "proved" : "", proof] as const),
        ...(secrets.length === 0 ? [] : ([["set again", secrets.join(", ")]] as const)),
        ["journal", journal],
        ["took", duration(milliseconds)],
      ],
      style,
    ),
  ];
}

/** What was shown before COMMIT; none of it could fail without the import being rolled back. */
function proofs({ plan, findings }: Imported): string[] {
  const rewritten = findings.filter(({ code }) => code === "rows-rewritten").length;
  return [
    rewritten === 0
      ? "each table's rows, as the database reads them back, have the digest of what was sent"
      : `all rows are there; in ${plural(rewritten, "table")} the platform's triggers rewrote some`,
    `all references hold, of ${plural(plan.target.model.references.length, "kind")}`,
    "no other tenant's row was touched, by the server's own counts of this transaction's writes",
  ];
}

function rowsOf({ tables }: Imported): number {
  return tables.reduce((rows, table) => rows + table.rows, 0);
}

export function importedJson(imported: Imported, milliseconds: number): object {
  const { plan, tenant, outcome, tables, journal, ids } = imported;
  return {
    dryRun: false,
    outcome,
    database: plan.target.catalog.database.name,
    tenant,
    ids,
    changes: changesOf(plan),
    rows: rowsOf(imported),
    tables,
    commonRows: commonRows(plan),
    secretsToSet: secretsToSet(plan),
    journal,
    milliseconds: Math.round(milliseconds),
  };
}
