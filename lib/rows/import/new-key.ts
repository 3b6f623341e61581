/** The key that an imported tenant will have, where people choose it: whether it can be one, and is free. */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import type { Finding } from "../../findings/finding.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { findTenant, tenantKeyLiteral } from "../tenant.ts";
import type { ImportRequest } from "./request.ts";
import { chosenKey, newTenantKey } from "./substitutions.ts";

/** The chosen new key; null where ids are kept, or fresh ones include the key's. */
export function keyToBe(
  request: Pick<ImportRequest, "ids" | "newKey" | "newSlug">,
  model: TenancyModel,
): string | null {
  return request.ids === "fresh" && chosenKey(model) ? newTenantKey(request, model) : null;
}

/** A new key must be text of the key's type, written as the database prints it: it is compared as text. */
export async function newKeyFindings(
  client: pg.ClientBase,
  request: Pick<ImportRequest, "ids" | "newKey" | "newSlug">,
  model: TenancyModel,
): Promise<Finding[]> {
  const key = keyToBe(request, model);
  return key === null || (await isWrittenAsPrinted(client, model, key)) ? [] : [invalid(model)];
}

/** Where no table has the tenants as rows, no unique key finds out that one of them is there already. */
export async function valueTaken(
  client: pg.ClientBase,
  request: Pick<ImportRequest, "ids" | "newKey" | "newSlug">,
  manifest: Manifest,
  model: TenancyModel,
): Promise<Finding[]> {
  if (model.tenant.table !== null) return [];
  const there = await findTenant(client, model, keyToBe(request, model) ?? manifest.tenant.key);
  return "code" in there ? [] : [exists(model.tenant.key)];
}

async function isWrittenAsPrinted(client: pg.ClientBase, model: TenancyModel, key: string): Promise<boolean> {
  try {
    const { rows } = await client.query<{ key: string }>(
      `SELECT concat(${tenantKeyLiteral(model, key)}) AS key`,
    );
    return rows[0]!.key === key;
  } catch (error) {
    // Data exceptions, and the check of a domain (PostgreSQL documentation, Appendix A).
    if (/^(22|23)/.test((error as { code?: string }).code ?? "")) return false;
    throw error;
  }
}

function invalid({ tenant: { keyType } }: TenancyModel): Finding {
  return {
    code: "new-key-invalid",
    severity: "blocks",
    where: "--new-key",
    what: `The new key is no ${keyType} as the database would print it.`,
    todo: "Write it exactly as it would stand in the database: no leading zero, no more characters than fit.",
  };
}

function exists(where: string): Finding {
  return {
    code: "tenant-exists",
    severity: "blocks",
    where,
    what: "This database holds rows of a tenant with the same key.",
    todo: "Import with another key by --new-key.",
  };
}
