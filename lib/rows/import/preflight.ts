/** Whether a bundle fits a target, before anything is touched. Pure: manifest against catalog, model and ledger. */
import type { Manifest } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { compareLedgers } from "../../ledger/compare.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import {
  qualifiedColumn,
  qualifiedName,
  quoteIdentifier,
  quoteQualified,
} from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { bypassesPolicies } from "../readable.ts";
import { secretMaker } from "./appended-secrets.ts";
import { lockRights } from "./lock-rights.ts";
import { sameTables } from "./same-tables.ts";

export interface Target {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly ledger: Ledger | null;
  /** Where each tenant has a schema of its own: the one that the import makes, and whose shape it takes. */
  readonly newSchema?: NewSchema;
}

export interface NewSchema {
  readonly name: string;
  readonly like: string;
}

/** Everything about schema and rights that stops an import, or that it should know of. */
export function preflight(
  manifest: Manifest,
  target: Target,
  ids: "fresh" | "kept",
  role: ImportRole = "writes",
): Finding[] {
  return [
    ...schemaDiffers(manifest, target),
    ...unknownIds(target.model, ids),
    ...importRights(manifest, target, role),
    ...alwaysTriggers(manifest, target.catalog),
    ...secrets(manifest, target.catalog),
  ];
}

/** Why the bundle's rows are none of this schema's: another platform, version or shape. */
export function schemaDiffers(manifest: Manifest, target: Target): Finding[] {
  return [
    ...samePlatform(manifest, target.model),
    ...compareLedgers(manifest.schema, target.ledger),
    ...sameTables(manifest, target),
  ];
}

function samePlatform(manifest: Manifest, model: TenancyModel): Finding[] {
  if (manifest.platform === model.platform) return [];
  return [
    {
      code: "other-platform",
      severity: "blocks",
      where: "manifest.json",
      what: `The bundle is of the platform ${manifest.platform}, the platform file of ${model.platform}.`,
      todo: "Name the platform file that belongs to the bundle.",
    },
  ];
}

/** Ids of which nobody knows how they are made cannot be made anew: what would a fresh one look like? */
function unknownIds(model: TenancyModel, ids: "fresh" | "kept"): Finding[] {
  if (ids === "kept") return [];
  return model.findings
    .filter(({ code }) => code === "text-key-undeclared" || code === "key-not-generated")
    .map((finding) => ({ ...finding, severity: "blocks" as const }));
}

/** Whose session it is: the role that will write, or one that only reads and plans, and is judged as such. */
export type ImportRole = "writes" | "plans";

/** Whether the role may read and write what the import must; its rows are not even counted where it may not. */
export function importRights(
  manifest: Manifest,
  { catalog, model }: Target,
  as: ImportRole = "writes",
): Finding[] {
  const role = quoteIdentifier(catalog.role.name);
  const findings: Finding[] = [];
  if (!catalog.server.trackCounts)
    findings.push({
      code: "track-counts-off",
      severity: "blocks",
      where: catalog.database.name,
      what: "track_counts is off, so that nothing can prove that other tenants stay untouched.",
      todo: "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf();",
    });
  if (as === "writes" && model.triggers === "off" && !catalog.role.maySetReplicationRole)
    findings.push({
      code: "no-replication-role",
      severity: "blocks",
      where: catalog.database.name,
      what: `The role ${role} may not switch triggers off for its session, and the platform file wants them off.`,
      todo: `GRANT SET ON PARAMETER session_replication_role TO ${role}; (Postgres 15 and later), or set triggers: on.`,
    });
  for (const bundled of manifest.reference) {
    const table = catalog.tables.get(qualifiedName(bundled.schema, bundled.name));
    if (table === undefined || table.privileges.select) continue;
    findings.push({
      code: "no-select",
      severity: "blocks",
      where: table.id,
      what: `The role ${role} may not read it, and the tenant's rows point at rows of it.`,
      todo: `GRANT SELECT ON ${quoteQualified(table.schema, table.name)} TO ${role};`,
    });
  }
  if (as === "writes") findings.push(...lockRights(catalog, model));
  for (const bundled of manifest.tables) {
    const table = catalog.tables.get(qualifiedName(bundled.schema, bundled.name));
    if (table === undefined) continue;
    const name = quoteQualified(table.schema, table.name);
    const needed = as === "writes" ? (["select", "insert"] as const) : (["select"] as const);
    const missing = needed.filter((privilege) => !table.privileges[privilege]);
    if (missing.length > 0)
      findings.push({
        code: "no-insert",
        severity: "blocks",
        where: table.id,
        what: `The role ${role} lacks ${missing.join(" and ").toUpperCase()} on it.`,
        todo: `GRANT ${missing.join(", ").toUpperCase()} ON ${name} TO ${role};`,
      });
    if (table.rowSecurity.enabled && !bypassesPolicies(catalog, table))
      findings.push({
        code: "row-security-applies",
        severity: "blocks",
        where: table.id,
        what: `Row-level security applies to the role ${role}, and COPY refuses to write under it.`,
        todo: `ALTER ROLE ${role} BYPASSRLS;`,
      });
  }
  return findings;
}

/** ENABLE ALWAYS fires under the replica role too. */
function alwaysTriggers(manifest: Manifest, catalog: Catalog): Finding[] {
  return manifest.tables.flatMap((bundled) => {
    const table = catalog.tables.get(qualifiedName(bundled.schema, bundled.name));
    return (table?.triggers ?? [])
      .filter(
        ({ enabled, events }) => (enabled === "always" || enabled === "replica") && events.includes("insert"),
      )
      .map(
        (trigger): Finding => ({
          code: "trigger-fires-always",
          severity: "blocks",
          where: `${table!.id} (${trigger.name})`,
          what: "This trigger fires on every loaded row whatever the session's role, and could change it or others.",
          todo: `ALTER TABLE ${quoteQualified(table!.schema, table!.name)} ENABLE TRIGGER ${quoteIdentifier(trigger.name)}; makes it an ordinary one.`,
        }),
      );
  });
}

/** What was dropped cannot come back: it is made anew, blank, or on the list of what must be set again. */
function secrets(manifest: Manifest, catalog: Catalog): Finding[] {
  return manifest.tables.flatMap((bundled) => {
    const id = qualifiedName(bundled.schema, bundled.name);
    const table = catalog.tables.get(id);
    const whole = bundled.dropped.flatMap((dropped): Finding[] => {
      if (dropped.reason !== "secret") return [];
      const where = qualifiedColumn(id, dropped.name);
      const column = table?.columns.find((candidate) => candidate.name === dropped.name);
      const how = dropped.onImport ?? "list";
      const made = column !== undefined && how !== "list" && secretMaker(column, how) !== null;
      if (made) return [];
      const left = how === "list" && column?.default !== null;
      if (column !== undefined && !column.nullable && !left) return [needsValue(where, column.type, how)];
      return [mustBeSet(where)];
    });
    const inside = bundled.columns.flatMap((column) =>
      column.droppedPaths.map((path) => mustBeSet(`${qualifiedColumn(id, column.name)} ${path}`)),
    );
    return [...whole, ...inside];
  });
}

function needsValue(where: string, type: string, how: "blank" | "regenerate" | "list"): Finding {
  return {
    code: "secret-needs-value",
    severity: "blocks",
    where,
    what: `The bundle carries no secrets, this column takes no NULL${how === "list" ? "" : `, and a ${type} cannot be made by on_import: ${how}`}.`,
    todo:
      how === "list"
        ? `columns: { ${where}: { class: secret, on_import: regenerate } } or blank.`
        : "Give the column a default and write on_import: list, or call it plain or hashed.",
  };
}

function mustBeSet(where: string): Finding {
  return {
    code: "secret-must-be-set",
    severity: "notes",
    where,
    what: "A secret that the bundle does not carry: it is empty after the import.",
    todo: "Set it again in the application.",
  };
}
