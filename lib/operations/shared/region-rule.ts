/** Where a tenant's data may lie, by the platform file's `regions`: judged before a byte is written. */
import type pg from "pg";
import type { Manifest, Seal } from "../../bundle/manifest.ts";
import { compressionOfName } from "../../bundle/name.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { readTableWindow } from "../../bundle/table-window.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedName, quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";

export interface Place {
  readonly kind: "store" | "database";
  readonly name: string;
  readonly region: string | null;
}

type Rule = NonNullable<PlatformFile["regions"]>;

/** What stands against this tenant's data in these places. A place of which nobody has said where it is may not be used. */
export function forbiddenPlaces(rule: Rule, region: string | null, places: readonly Place[]): Finding[] {
  const allowed = region !== null && Object.hasOwn(rule.allow, region) ? rule.allow[region] : undefined;
  if (allowed === undefined) return [regionUnknown(rule, region)];
  return places
    .filter((place) => place.region === null || !allowed.includes(place.region))
    .map((place) => forbidden(place, region!, allowed));
}

/** What the platform's database says of the tenant; null where it says nothing. */
export async function regionOfTenant(
  client: pg.ClientBase,
  { tenant, tables }: TenancyModel,
  rule: Rule,
  key: string,
): Promise<string | null> {
  const root = tenant.table === null ? undefined : tables.get(tenant.table);
  if (root === undefined) return null;
  const { rows } = await client.query<{ region: string | null }>(
    `SELECT ${quoteIdentifier(rule.column)}::text AS region FROM ${quoteQualified(root.schema, root.name)}
      WHERE concat(${quoteIdentifier(tenant.key)}) = $1`,
    [key],
  );
  return rows[0]?.region ?? null;
}

/** What a row is longer than that nobody reads for its region. */
const LONGEST_ROW = 1024 * 1024;

/** What the root's row in a bundle says: the bundle is proved. */
export async function regionOfBundle(
  source: BundleSource,
  { manifest, seal }: { readonly manifest: Manifest; readonly seal: Seal },
  rule: Rule,
  signal: AbortSignal,
): Promise<string | null> {
  const root = manifest.tables.find(
    (table) => qualifiedName(table.schema, table.name) === manifest.model.root,
  );
  if (root === undefined || !root.columns.some(({ name }) => name === rule.column)) return null;
  const contents = { seal, compression: compressionOfName(source.name) ?? ("gzip" as const), pieces: null };
  const window = { section: "data" as const, ordinal: root.ordinal, skip: 0, take: 1 };
  const [line] = await readTableWindow(source, contents, window, { lineBytes: LONGEST_ROW, signal });
  return line === undefined || !("text" in line) ? null : regionInRow(rule, line.text);
}

/** What the root's line in a proved bundle says; null where it says nothing, or is none that Tenantry writes. */
export function regionInRow(rule: Rule, line: string): string | null {
  try {
    const value = (JSON.parse(line) as Record<string, unknown> | null)?.[rule.column];
    return typeof value === "string" || typeof value === "number" ? String(value) : null;
  } catch {
    return null;
  }
}

function forbidden({ kind, name, region }: Place, of: string, allowed: readonly string[]): Finding {
  const where = region === null ? "nobody has said where it lies" : `it lies in ${region}`;
  return {
    code: `region-forbids-${kind}`,
    severity: "blocks",
    where: name,
    what: `The tenant's region is ${of}, whose data may lie in ${allowed.join(", ") || "no region"}; of the ${kind} ${name}, ${where}.`,
    todo:
      kind === "store"
        ? "Choose another store for the platform, or say where this one lies (TENANTRY_BUNDLE_FOLDER_REGION, TENANTRY_S3_REGION)."
        : "Choose a database in one of these regions, or set this one's region on its page.",
  };
}

function regionUnknown({ column, allow }: Rule, region: string | null): Finding {
  return {
    code: "region-unknown",
    severity: "blocks",
    where: column,
    what:
      region === null
        ? "Nobody has said where this tenant's data may lie."
        : `The platform file says of no region “${region}” where its data may lie.`,
    todo: `Set ${column} to one of ${Object.keys(allow).join(", ")}, or add its value under \`regions\`.`,
  };
}
