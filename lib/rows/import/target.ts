/** The database that an import goes to, as the tenant to be will have it. */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { shapeHash } from "../../catalog/shape.ts";
import type { Finding } from "../../findings/finding.ts";
import { readLedger } from "../../ledger/detect.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import {
  type SchemaPattern,
  schemaNameOf,
  schemaPattern,
  tenantSchemas,
  viewOfFirst,
  viewOfTenant,
} from "../../tenancy/tenant-schema.ts";
import { isSchemaName } from "../tenant.ts";
import { keyToBe } from "./new-key.ts";
import type { NewSchema, Target } from "./preflight.ts";
import type { ImportRequest } from "./request.ts";
import { readSchemaMark } from "./schema-mark.ts";

type TargetRequest = Pick<ImportRequest, "platform" | "ids" | "newSlug" | "newKey">;

/**
 * Where each tenant has a schema of its own, the schema of another tenant stands in for the one that the import will
 * make, until it is there.
 *
 * @param made the schema, when it has been made
 */
export async function readTarget(
  client: pg.ClientBase,
  request: TargetRequest,
  manifest: Manifest,
  made: string | null = null,
): Promise<Target & { findings: readonly Finding[] }> {
  const whole = await readCatalog(client);
  const { ledger, findings } = await readLedger(client, { tool: request.platform.ledger });
  const pattern = schemaPattern(request.platform);
  const place =
    pattern === null
      ? null
      : placeOf(whole, deriveModel(whole, request.platform), pattern, request, manifest);
  const schema = made ?? place?.newSchema?.like;
  // Where a finding says that there will be no schema, any tenant's tells whether the tables are the bundle's.
  const catalog =
    schema === undefined
      ? viewOfFirst(whole, request.platform)
      : viewOfTenant(whole, request.platform, schema);
  return {
    catalog,
    model: deriveModel(catalog, request.platform),
    ledger,
    ...(made === null && place?.newSchema !== undefined ? { newSchema: place.newSchema } : {}),
    findings: [...findings, ...(made === null ? (place?.findings ?? []) : [])],
  };
}

/** What the plan was made with. */
interface Planned {
  readonly manifest: Manifest;
  readonly target: Target;
  readonly schemaMark: string;
}

/**
 * The plan's target as it is now: read anew only where the schema has changed since, or a tenant's own was made.
 */
export async function rereadTarget(
  client: pg.ClientBase,
  request: TargetRequest,
  { target, schemaMark, manifest }: Planned,
  made: string | null,
): Promise<Target> {
  if (made !== null || (await readSchemaMark(client)) !== schemaMark)
    return readTarget(client, request, manifest, made);
  // Migrations that only write rows leave no other trace.
  const { ledger } = await readLedger(client, { tool: request.platform.ledger });
  return { ...target, ledger };
}

interface Place {
  readonly newSchema?: NewSchema;
  readonly findings: readonly Finding[];
}

function placeOf(
  whole: Catalog,
  model: TenancyModel,
  pattern: SchemaPattern,
  request: TargetRequest,
  manifest: Manifest,
): Place {
  const key = request.ids === "kept" ? manifest.tenant.key : keyToBe(request, model);
  const slug = isSchemaName(model) ? key : (request.newSlug ?? manifest.tenant.slug);
  const name = schemaNameOf(pattern, { key: key ?? "", slug });
  if (name === null || (pattern.by === "key" && key === null)) return { findings: [nameUnknown(pattern)] };
  const names = tenantSchemas(whole, request.platform);
  // Without a tenant the model says already that there is none to take the shape from.
  if (names.length === 0) return { findings: [] };
  if (names.includes(name)) return { findings: [taken(name)] };
  const fits = (candidate: string) =>
    isShapedLike(viewOfTenant(whole, request.platform, candidate), manifest);
  const newSchema = { name, like: names.slice(0, CANDIDATES).find(fits) ?? names[0]! };
  return { newSchema, findings: [...mayCreate(whole), willBeMade(newSchema)] };
}

/** Tenants at another version than the bundle's are passed over, as far as this many. */
const CANDIDATES = 20;

function isShapedLike(view: Catalog, manifest: Manifest): boolean {
  return manifest.tables.every((bundled) => {
    const table = view.tables.get(qualifiedName(bundled.schema, bundled.name));
    return table !== undefined && shapeHash(table) === bundled.shape;
  });
}

function mayCreate({ database, role }: Catalog): Finding[] {
  if (database.mayCreateSchemas !== false) return [];
  return [
    {
      code: "no-create",
      severity: "blocks",
      where: database.name,
      what: `The role ${role.name} may not make a schema for the tenant.`,
      todo: `GRANT CREATE ON DATABASE ${database.name} TO ${role.name};`,
    },
  ];
}

function willBeMade({ name, like }: NewSchema): Finding {
  return {
    code: "tenant-schema-made",
    severity: "notes",
    where: name,
    what: `The import makes the schema ${name}, shaped like ${like}: tables, types, functions, triggers, policies and privileges.`,
    todo: "Materialised views in it are empty until they are refreshed.",
  };
}

function taken(name: string): Finding {
  return {
    code: "tenant-schema-taken",
    severity: "blocks",
    where: name,
    what: `The schema ${name} is there already, with tables in it: the import makes a tenant's schema itself, and writes into none that is there.`,
    todo: "Import under another slug with --new-slug, or take that schema away if it is nobody's.",
  };
}

function nameUnknown({ written, by }: SchemaPattern): Finding {
  return {
    code: "schema-name-unknown",
    severity: "blocks",
    where: written,
    what:
      by === "slug"
        ? "The tenant has no slug to call its schema by."
        : "The tenant's schema is called by its key, and a fresh key is only made during the import.",
    todo: by === "slug" ? "Name one with --new-slug." : "Keep all ids with --keep-ids.",
  };
}
