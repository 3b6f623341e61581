/** Whether the runner's role may do what operations will ask of it. Pure. */
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { lockRights } from "../../rows/import/lock-rights.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { RoleHealth } from "./database-health.ts";

export function roleHealth({ role, tables }: Catalog, model: TenancyModel): RoleHealth {
  const owned = model.loadOrder.map((id) => tables.get(id)!);
  return {
    name: role.name,
    superuser: role.superuser,
    bypassRls: role.superuser || role.bypassRls,
    maySetReplicationRole: role.maySetReplicationRole,
    writableTables: owned.filter(({ privileges }) => privileges.insert).length,
    tables: owned.length,
  };
}

/** What an import, a suspend or a creation would be refused for; an export's rights have findings of their own. */
export function writingRights(catalog: Catalog, model: TenancyModel): Finding[] {
  const { role, server, tables, database } = catalog;
  const name = quoteIdentifier(role.name);
  const findings: Finding[] = [];
  if (!server.trackCounts)
    findings.push({
      code: "track-counts-off",
      severity: "blocks",
      where: database.name,
      what: "track_counts is off, so that nothing can prove that other tenants stay untouched.",
      todo: "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf();",
    });
  if (model.triggers === "off" && !role.maySetReplicationRole)
    findings.push({
      code: "no-replication-role",
      severity: "blocks",
      where: database.name,
      what: `The runner's role ${name} may not switch triggers off for its session, and the platform file wants them off.`,
      todo: `GRANT SET ON PARAMETER session_replication_role TO ${name}; (Postgres 15 and later), or set triggers: on.`,
    });
  const unwritable = model.loadOrder.filter((id) => !tables.get(id)!.privileges.insert);
  const first = unwritable[0] === undefined ? undefined : tables.get(unwritable[0]);
  if (first !== undefined)
    findings.push({
      code: "no-insert",
      severity: "warns",
      where: first.id,
      count: unwritable.length,
      what: `The runner's role ${name} may not insert into ${unwritable.length} of the tenants' tables: imports will be refused.`,
      todo: `GRANT INSERT ON ${quoteQualified(first.schema, first.name)} TO ${name}; and the like for the others.`,
    });
  return [
    ...findings,
    ...lockRights(catalog, model).map((each) => ({ ...each, severity: "warns" as const })),
  ];
}

/** A right that is missing on many tables is told once, of the first of them, with how many there are. */
export function foldRights(findings: readonly Finding[]): Finding[] {
  return [...Map.groupBy(findings, ({ code, severity }) => `${code} ${severity}`).values()].map((alike) => {
    const [first] = alike as [Finding, ...Finding[]];
    if (alike.length === 1) return first;
    return {
      ...first,
      count: alike.length,
      what: `${first.what} So it is with ${alike.length} tables.`,
      todo: `${first.todo ?? ""} And the like for the others.`,
    };
  });
}
