/** What several commands say of a bundle. Pure. */
import type { Manifest, Seal } from "../../lib/bundle/manifest.ts";
import { qualifiedColumn, qualifiedName } from "../../lib/postgres/identifiers.ts";
import { plural, some } from "../cli/quantities.ts";

export function rowsIn(seal: Seal, section: "data" | "reference"): number {
  return seal.tables
    .filter((table) => table.section === section)
    .reduce((rows, table) => rows + table.rows, 0);
}

/** The tenant's rows, by table in load order; tables without a row too. */
export function tableRows(manifest: Manifest, seal: Seal): { table: string; rows: number }[] {
  return manifest.tables.map(({ schema, name, ordinal }) => ({
    table: qualifiedName(schema, name),
    rows: seal.tables.find((table) => table.section === "data" && table.ordinal === ordinal)?.rows ?? 0,
  }));
}

/** `Saltmarsh Logistics (saltmarsh)`. */
export function tenantName({ tenant: { name, slug, key } }: Manifest): string {
  return name === null ? (slug ?? key) : `${name} (${slug ?? key})`;
}

/** `20250303080000 (sqlx)`. */
export function schemaVersion({ schema: { ledger, version } }: Manifest): string {
  return version === null ? "no ledger" : `${version} (${ledger})`;
}

/** Columns, and paths inside json columns, that were dropped as secret before anything was written. */
export function droppedSecrets(manifest: Manifest): string[] {
  return [...manifest.tables, ...manifest.reference].flatMap(({ schema, name, columns, dropped }) => {
    const table = qualifiedName(schema, name);
    return [
      ...dropped
        .filter(({ reason }) => reason === "secret")
        .map((column) => qualifiedColumn(table, column.name)),
      ...columns.flatMap((column) =>
        column.droppedPaths.map((path) => `${qualifiedColumn(table, column.name)} ${path}`),
      ),
    ];
  });
}

/** Secret columns and excluded tables, in words. */
export function leftOut(manifest: Manifest): string {
  const secrets = droppedSecrets(manifest);
  const { excluded } = manifest.model;
  const parts = [
    ...(secrets.length > 0 ? [`${plural(secrets.length, "secret column")} (${some(secrets, 4)})`] : []),
    ...(excluded.length > 0 ? [`${plural(excluded.length, "excluded table")} (${some(excluded, 4)})`] : []),
  ];
  return parts.join("; ") || "nothing";
}
