/** The manifest of an export: what was derived, said in the bundle's words. Pure. */
import { COMMENT_LENGTH, FORMAT_VERSION, type Manifest, type ManifestColumn } from "../../bundle/manifest.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { shapeHash } from "../../catalog/shape.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { parseQualified } from "../../postgres/identifiers.ts";
import type { ExportedSnapshot } from "../../postgres/snapshot.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { columnEncoding } from "../select-list.ts";
import type { Tenant } from "../tenant.ts";
import type { Estimate } from "./estimate.ts";
import type { Extent } from "./jobs.ts";

export interface ManifestFacts {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly ledger: Ledger | null;
  readonly tenant: Tenant;
  readonly snapshot: ExportedSnapshot;
  readonly data: readonly Extent[];
  readonly reference: readonly Extent[];
  readonly engineVersion: string;
  readonly request: Manifest["request"];
  readonly ancestry?: Manifest["ancestry"];
}

/** All but the estimates: they may still be on their way. */
export function describeExport(facts: ManifestFacts): Manifest {
  const { catalog, model, ledger, tenant, snapshot } = facts;
  return {
    format: FORMAT_VERSION,
    platform: model.platform,
    tenant: { ...tenant, domains: [...tenant.domains] },
    schema: {
      ledger: ledger?.tool ?? null,
      version: ledger?.version ?? null,
      fingerprint: ledger?.fingerprint ?? null,
      applied: (ledger?.applied ?? []).map(({ version, checksum }) => ({ version, checksum })),
    },
    postgres: {
      versionNumber: catalog.server.versionNumber,
      version: catalog.server.version,
      encoding: catalog.database.encoding,
      collation: catalog.database.collation,
      ctype: catalog.database.ctype,
      extensions: catalog.extensions.map(({ name, version }) => ({ name, version })),
    },
    source: {
      systemIdentifier: catalog.server.systemIdentifier,
      database: catalog.database.name,
      databaseOid: catalog.database.oid,
      snapshot: snapshot.id,
      position: snapshot.position,
      takenAt: snapshot.takenAt,
    },
    model: {
      version: model.version,
      root: model.tenant.table,
      keyColumn: model.tenant.key,
      slugColumn: model.tenant.slug,
      domains: model.tenant.domains,
      excluded: [...model.tables.values()]
        .filter((table) => table.class === "excluded")
        .map((table) => table.id),
    },
    engine: { name: "tenantry", version: facts.engineVersion },
    request: facts.request,
    tables: facts.data.map((extent) => ({
      ...describeTable(extent),
      class: extent.modelTable.class as "root" | "direct" | "via",
      references: describeReferences(model, extent),
      estimatedRows: null,
      estimatedBytes: 0,
    })),
    reference: facts.reference.map((extent) => ({
      ...describeTable(extent),
      match: [...extent.modelTable.common!.match],
      create: [...extent.modelTable.common!.create],
    })),
    ...(facts.ancestry === undefined ? {} : { ancestry: facts.ancestry }),
  };
}

/** The same with the planner's estimates of the tenant's rows; `data` are the tables of the manifest, in its order. */
export function withEstimates(
  manifest: Manifest,
  data: readonly Extent[],
  estimates: ReadonlyMap<Extent, Estimate>,
): Manifest {
  const tables = manifest.tables.map((table, at) => {
    const extent = data[at]!;
    const { rows } = estimates.get(extent)!;
    return { ...table, estimatedRows: rows, estimatedBytes: estimatedBytes(extent, rows) };
  });
  return { ...manifest, tables };
}

function describeTable(extent: Extent) {
  const { table, modelTable } = extent;
  const columns: ManifestColumn[] = extent.carried.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name)!;
    const model = modelTable.columns.find((candidate) => candidate.name === name)!;
    return {
      name,
      type: column.writtenType ?? column.type,
      encoding: columnEncoding(column),
      class: model.class,
      droppedPaths: [...model.secretPaths],
      ...described(column.comment),
    };
  });
  const dropped = modelTable.columns
    .filter((column) => !extent.carried.includes(column.name))
    .map((column) =>
      column.computed
        ? { name: column.name, reason: "computed" as const }
        : { name: column.name, reason: "secret" as const, onImport: column.onImport },
    );
  return {
    ordinal: extent.ordinal,
    // As the platform file writes it, where each tenant has a schema of its own: the other side has another.
    schema: parseQualified(table.id)![0]!,
    name: table.name,
    ...described(table.comment),
    shape: shapeHash(table),
    columns,
    dropped,
    key: modelTable.key === null ? null : [...modelTable.key],
  };
}

/** In characters, none of them halved. */
function described(comment: string | null): { readonly comment?: string } {
  const text = comment?.slice(0, COMMENT_LENGTH).replace(/[\ud800-\udbff]$/, "") ?? "";
  return text === "" ? {} : { comment: text };
}

function describeReferences(model: TenancyModel, extent: Extent): Manifest["tables"][number]["references"] {
  return model.references
    .filter((reference) => reference.from.table === extent.table.id)
    .map((reference) => ({
      kind: reference.kind,
      columns: [...reference.from.columns],
      table: reference.to.table,
      targetColumns: [...reference.to.columns],
    }));
}

/** The table's average row, as it lies on disk, times the rows: good enough for a progress bar. */
/** As so many rows lie in the table. */
export function estimatedBytes(extent: Extent, rows: number): number {
  const { estimatedRows, bytes } = extent.table;
  return estimatedRows === null || estimatedRows === 0 ? 0 : Math.round((bytes / estimatedRows) * rows);
}
