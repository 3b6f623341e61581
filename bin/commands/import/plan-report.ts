/** What an import would do, in words and in JSON. */
import type { ImportPlan } from "../../../lib/rows/import/plan-import.ts";
import { count, plural } from "../../cli/quantities.ts";
import type { Style } from "../../cli/style.ts";
import { facts, table } from "../../cli/table.ts";
import { rowsIn, schemaVersion, tableRows, tenantName } from "../bundle-facts.ts";
import { changesInWords, changesOf, commonRows, idsInWords, secretsToSet } from "./changes.ts";

export function plannedText(
  plan: ImportPlan,
  ids: "fresh" | "kept",
  allowed: boolean,
  style: Style,
): string[] {
  const { manifest, target, scan, residents } = plan;
  const database = target.catalog.database.name;
  const common = commonRows(plan);
  const rows = scan === null ? [] : tableRows(manifest, scan.seal);
  const width = Math.max(4, ...rows.map((each) => count(each.rows).length));
  return [
    allowed
      ? `${style.green("It can be imported.")} ${tenantName(manifest)} into ${database}; nothing was changed.`
      : `${style.red("It would be refused.")} ${tenantName(manifest)} into ${database}; nothing was changed.`,
    ...facts(
      [
        ["rows", scan === null ? "not looked at: see what blocks" : total(plan)],
        ["domains", manifest.tenant.domains.join(", ") || "none"],
        ["ids", idsInWords(ids)],
        ["changes", changesInWords(changesOf(plan))],
        ...(scan === null
          ? []
          : ([
              [
                "common",
                `${plural(common.found, "row")} found by natural key, ${count(common.created)} to be created`,
              ],
            ] as const)),
        ["set again", secretsToSet(plan).join(", ") || "no secret"],
        ["schema", schemaVersion(manifest)],
        ["triggers", target.model.triggers === "off" ? "do not fire" : "fire"],
        ["residents", residents === null ? "unknown" : plural(residents, "tenant")],
      ],
      style,
    ),
    ...(rows.length === 0
      ? []
      : [
          "",
          ...table(
            [{ title: "rows".padStart(width) }, { title: "table" }],
            rows.map((each) => [count(each.rows).padStart(width), each.table]),
            style,
            2,
          ),
        ]),
  ];
}

function total({ manifest, scan }: ImportPlan): string {
  return `${plural(scan === null ? 0 : rowsIn(scan.seal, "data"), "row")} in ${plural(manifest.tables.length, "table")}`;
}

export function plannedJson(plan: ImportPlan, ids: "fresh" | "kept", allowed: boolean): object {
  const { manifest, target, scan, residents } = plan;
  return {
    dryRun: true,
    allowed,
    database: target.catalog.database.name,
    tenant: manifest.tenant,
    ids,
    changes: changesOf(plan),
    residents,
    rows: scan === null ? null : rowsIn(scan.seal, "data"),
    tables: scan === null ? null : tableRows(manifest, scan.seal),
    commonRows: scan === null ? null : commonRows(plan),
    secretsToSet: secretsToSet(plan),
    sha256: scan?.sha256 ?? null,
  };
}
