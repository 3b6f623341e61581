/** Whether the role may do what a delete does, and the server can prove it. Pure. */
import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { bypassesPolicies } from "../readable.ts";
import type { DeleteRequest } from "./request.ts";

/**
 * @param nulled tables of which a column is set to NULL
 * @param looked further tables that are looked into for rows that point in
 */
export function deleteRights(
  catalog: Catalog,
  tables: {
    readonly doomed: readonly Table[];
    readonly nulled: readonly Table[];
    readonly looked: readonly Table[];
  },
  as: NonNullable<DeleteRequest["role"]>,
): Finding[] {
  const role = quoteIdentifier(catalog.role.name);
  const needs = new Map<Table, Set<"select" | "update" | "delete">>();
  const need = (all: readonly Table[], ...privileges: ("select" | "update" | "delete")[]) => {
    for (const table of all) needs.set(table, new Set([...(needs.get(table) ?? []), ...privileges]));
  };
  need(tables.looked, "select");
  need(tables.doomed, "select", ...(as === "writes" ? (["delete"] as const) : []));
  need(tables.nulled, "select", ...(as === "writes" ? (["update"] as const) : []));
  const findings: Finding[] = [];
  if (!catalog.server.trackCounts)
    findings.push({
      code: "track-counts-off",
      severity: "blocks",
      where: catalog.database.name,
      what: "track_counts is off, so that nothing can prove that other tenants stay untouched.",
      todo: "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf();",
    });
  for (const [table, privileges] of needs) {
    const missing = [...privileges].filter((privilege) => !table.privileges[privilege]);
    if (missing.length > 0)
      findings.push({
        code: "no-delete",
        severity: "blocks",
        where: table.id,
        what: `The role ${role} lacks ${missing.join(" and ").toUpperCase()} on it.`,
        todo: `GRANT ${missing.join(", ").toUpperCase()} ON ${quoteQualified(table.schema, table.name)} TO ${role};`,
      });
    else if (table.rowSecurity.enabled && !bypassesPolicies(catalog, table))
      findings.push({
        code: "row-security-applies",
        severity: "blocks",
        where: table.id,
        what: `Row-level security applies to the role ${role}, so rows could be hidden from it, and would stay behind.`,
        todo: `ALTER ROLE ${role} BYPASSRLS;`,
      });
  }
  return findings;
}
