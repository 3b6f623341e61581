/** Values that an import changes because somebody asked: slug, domains, the lifecycle state. Pure. */
import type { Manifest } from "../../bundle/manifest.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedColumn } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Substitution } from "../remap/remap.ts";
import { isSchemaName } from "../tenant.ts";
import type { ImportRequest } from "./request.ts";

export interface Substitutions {
  readonly substitutions: Substitution[];
  readonly findings: Finding[];
}

/** An imported tenant is suspended until somebody resumes it, whatever it was. */
export function planSubstitutions(
  request: Pick<ImportRequest, "ids" | "newSlug" | "newKey" | "newDomains">,
  manifest: Manifest,
  model: TenancyModel,
): Substitutions {
  const substitutions: Substitution[] = [];
  const findings: Finding[] = [];
  const { table: root, key, slug, domains, state } = model.tenant;
  if (request.newSlug !== undefined) {
    if (isSchemaName(model)) findings.push(...(request.ids === "kept" ? [slugIsKey(request.ids)] : []));
    else if (root === null || slug === null) findings.push(noSlug());
    else if (slug !== key)
      substitutions.push({ table: root, column: slug, values: { "*": request.newSlug } });
    else if (request.ids === "kept" || (request.newKey ?? request.newSlug) !== request.newSlug)
      findings.push(slugIsKey(request.ids));
  }
  const unknown = [...(request.newDomains?.keys() ?? [])].filter(
    (domain) => !manifest.tenant.domains.includes(domain),
  );
  if (unknown.length > 0) findings.push(unknownDomains(unknown));
  if (request.newDomains !== undefined && request.newDomains.size > 0 && domains !== null)
    substitutions.push({ ...domains, values: Object.fromEntries(request.newDomains) });
  if (root !== null && state !== null)
    substitutions.push({ table: root, column: state.column, values: { "*": state.suspended } });
  if (request.ids === "fresh" && chosenKey(model) && newTenantKey(request, model) === null)
    findings.push(keyNeeded(model));
  if (request.newKey !== undefined && !(request.ids === "fresh" && chosenKey(model)))
    findings.push(keyNotChosen(model));
  return { substitutions, findings };
}

/** Whether people chose the tenant's key: then an import beside the original needs another. */
export function chosenKey(model: TenancyModel): boolean {
  const { table, key } = model.tenant;
  if (table === null) return true;
  return (model.tables.get(table)?.columns.find((column) => column.name === key)?.fresh ?? null) === null;
}

/** The new key of a tenant whose key people chose: the new slug where key and slug are one column. */
export function newTenantKey(
  request: Pick<ImportRequest, "newKey" | "newSlug">,
  model: TenancyModel,
): string | null {
  const isSlug = model.tenant.slug === model.tenant.key || isSchemaName(model);
  return request.newKey ?? (isSlug ? (request.newSlug ?? null) : null);
}

function noSlug(): Finding {
  return {
    code: "no-slug",
    severity: "blocks",
    where: "--new-slug",
    what: "The platform file names no slug column.",
    todo: "Leave --new-slug out, or name the column under tenant: slug.",
  };
}

function slugIsKey(ids: "fresh" | "kept"): Finding {
  return {
    code: "new-slug-is-key",
    severity: "blocks",
    where: "--new-slug",
    what: `Slug and key are one column, ${ids === "kept" ? "and with --keep-ids the key stays" : "and --new-key says otherwise"}.`,
    todo: "Leave --new-slug out.",
  };
}

function unknownDomains(unknown: readonly string[]): Finding {
  return {
    code: "domain-not-in-bundle",
    severity: "blocks",
    where: "--new-domain",
    count: unknown.length,
    what: `The tenant has no domain ${unknown.map((domain) => `"${domain}"`).join(", ")}.`,
    todo: "The bundle's manifest lists its domains: `tenantry verify FILE` shows them.",
  };
}

function keyNeeded(model: TenancyModel): Finding {
  return {
    code: "new-key-needed",
    severity: "blocks",
    where:
      model.tenant.table === null ? model.tenant.key : qualifiedColumn(model.tenant.table, model.tenant.key),
    what: "The tenant's key was chosen by people, so that no fresh one can be made.",
    todo: "Name the new tenant's key with --new-key, or keep all ids with --keep-ids.",
  };
}

function keyNotChosen(model: TenancyModel): Finding {
  return {
    code: "new-key-not-taken",
    severity: "blocks",
    where: "--new-key",
    what: chosenKey(model)
      ? "With --keep-ids the tenant's key stays."
      : "The tenant's key is generated: a fresh one is made by itself.",
    todo: "Leave --new-key out.",
  };
}
