/** From a catalog and a platform file to the tenancy model. Pure; every problem is a finding of the model. */
import { canonicalHash } from "../canonical/json.ts";
import type { Catalog, Column, Table, TenantSchema } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Answers } from "./answers.ts";
import { type Classified, classify } from "./classify.ts";
import { classOfColumn, columnClassFindings } from "./column-classes.ts";
import { cycleFindings, tableFindings } from "./coverage.ts";
import { generatedIds } from "./generated-ids.ts";
import { conflictingSources } from "./id-sources.ts";
import { loadOrder } from "./load-order.ts";
import type { FreshId, ModelColumn, ModelTable, TenancyModel, TenantRoot } from "./model.ts";
import { outsideTableFindings } from "./outside-tables.ts";
import { otherSchemas, placementFindings } from "./placement-findings.ts";
import type { PlatformFile } from "./platform-file-schema.ts";
import { isOwned, references } from "./references.ts";
import { resolveNames } from "./resolve-names.ts";
import { suspectedReferences } from "./suspected-references.ts";
import { tenantFindings } from "./tenant-findings.ts";
import { keyColumn } from "./tenant-keys.ts";
import { asWritten, viewOfFirst } from "./tenant-schema.ts";

/**
 * Derives whose every row is, in which order tables load, what refers to what, and which values are made anew.
 * Where each tenant has a schema of its own, a catalog as one tenant sees it (`viewOfTenant`) gives the model of that
 * tenant's tables; a whole one gives the first tenant's, which is enough to say what the platform file covers.
 *
 * Never throws. Where the tenant itself cannot be found in the catalog the model has no tables, and its findings
 * say why.
 */
export function deriveModel(whole: Catalog, file: PlatformFile): TenancyModel {
  const misplaced = placementFindings(whole, file);
  if (misplaced.length > 0) return modelWithoutTenant(file, misplaced);
  const catalog = viewOfFirst(whole, file);
  const { answers, findings: nameFindings } = resolveNames(catalog, file);
  const findings = [...nameFindings];
  const key = answers === null ? null : tenantKeyType(catalog, answers);
  if (answers === null || key === null)
    return modelWithoutTenant(file, [...findings, ...missingKey(answers)]);

  const classification = classify(catalog, answers);
  const found = references(classification, answers);
  const ids = generatedIds(classification, found.references, answers);
  const owned = [...classification.tables.values()].filter(isOwned).map(({ table }) => table.id);
  const { order, cycles } = loadOrder(owned, found.references);
  const tables = new Map(
    [...classification.tables].map(([id, entry]) => [id, modelTable(entry, answers, ids.fresh)]),
  );
  const tenant = tenantRoot(answers, key);
  findings.push(
    ...tenantFindings(answers, classification),
    ...classification.findings,
    ...outsideTableFindings(classification, found.references),
    ...tableFindings(classification, answers),
    ...found.findings,
    ...suspectedReferences(classification, found.references, answers),
    ...columnClassFindings(classification, answers),
    ...ids.findings,
    ...conflictingSources({ tenant, tables, references: found.references }),
    ...cycleFindings(cycles, found.references, classification),
    ...(catalog === whole ? [] : otherSchemas(whole, file, catalog)),
  );
  return seal({
    platform: file.platform,
    tenant,
    ...(catalog.tenantSchema === undefined ? {} : { tenantSchema: catalog.tenantSchema }),
    tables,
    loadOrder: order,
    cycles,
    references: found.references,
    sharedReferences: found.sharedReferences,
    triggers: file.triggers,
    findings,
  });
}

/** One tenant's schema has another name than the next one's, and the same model. */
function seal(model: Omit<TenancyModel, "version">): TenancyModel {
  const { findings: _, tenantSchema, ...hashed } = model;
  return {
    ...model,
    version: canonicalHash(tenantSchema === undefined ? hashed : written(hashed, tenantSchema)),
  };
}

function written(value: unknown, tenantSchema: TenantSchema): unknown {
  if (typeof value === "string")
    return value === tenantSchema.name ? tenantSchema.written : asWritten(value, tenantSchema);
  if (value instanceof Map)
    return new Map([...value].map(([name, each]) => [name, written(each, tenantSchema)]));
  if (Array.isArray(value)) return value.map((each) => written(each, tenantSchema));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, written(each, tenantSchema)]));
}

/** Text where nothing but the schema's name says who the tenant is. */
function tenantKeyType(catalog: Catalog, answers: Answers): Pick<Column, "type"> | null {
  const isName = catalog.tenantSchema !== undefined && answers.root === null && answers.keyColumns === null;
  return isName ? { type: "text" } : keyColumn(catalog, answers);
}

function tenantRoot(answers: Answers, key: Pick<Column, "type">): TenantRoot {
  return {
    table: answers.root?.id ?? null,
    key: answers.key,
    keyType: key.type,
    slug: answers.slug,
    name: answers.name,
    domains:
      answers.domains === null
        ? null
        : { table: answers.domains.table.id, column: answers.domains.column.name },
    state: answers.state,
  };
}

function modelTable(entry: Classified, answers: Answers, fresh: ReadonlyMap<string, FreshId>): ModelTable {
  const { table } = entry;
  return {
    id: table.id,
    schema: table.schema,
    name: table.name,
    class: entry.class,
    declared: entry.declared,
    path: entry.path,
    ...(entry.whole ? { whole: true as const } : {}),
    otherPaths: entry.otherPaths,
    anyPath: entry.anyPath,
    sharedNull: entry.sharedNull,
    common: entry.common,
    columns: table.columns.map((column) => modelColumn(table, column, answers, fresh)),
    key: rowKey(table),
  };
}

function modelColumn(
  table: Table,
  column: Column,
  answers: Answers,
  fresh: ReadonlyMap<string, FreshId>,
): ModelColumn {
  return {
    name: column.name,
    baseType: column.baseType,
    ...classOfColumn(answers, table, column),
    computed: column.generated !== null,
    fresh: fresh.get(qualifiedColumn(table.id, column.name)) ?? null,
  };
}

/** The primary key; else a plain unique key that is never NULL; else any plain one. */
function rowKey(table: Table): readonly string[] | null {
  const plain = table.keys.filter((key) => key.plain);
  const neverNull = (columns: readonly string[]) =>
    columns.every((name) => table.columns.some((column) => column.name === name && !column.nullable));
  const key =
    plain.find(({ kind }) => kind === "primary") ??
    plain.find(({ columns }) => neverNull(columns)) ??
    plain[0];
  return key?.columns ?? null;
}

function missingKey(answers: Answers | null): Finding[] {
  if (answers === null) return [];
  return [
    {
      code: "unknown-column",
      severity: "blocks",
      where: answers.key,
      what: `No table of this database has the key column ${answers.key}.`,
      todo: "Name the column that holds the tenant's key under `tenant: { key_columns: […] }`.",
    },
  ];
}

function modelWithoutTenant(file: PlatformFile, findings: readonly Finding[]): TenancyModel {
  const tenant: TenantRoot = {
    table: null,
    key: file.tenant.key ?? file.tenant.key_columns?.[0] ?? "",
    keyType: "text",
    slug: null,
    name: null,
    domains: null,
    state: null,
  };
  return seal({
    platform: file.platform,
    tenant,
    tables: new Map(),
    loadOrder: [],
    cycles: [],
    references: [],
    sharedReferences: [],
    triggers: file.triggers,
    findings,
  });
}
