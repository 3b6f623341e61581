/** What is in a bundle by its manifest and its seal: each table with its rows, bytes and columns. Pure. */
import {
  type Manifest,
  type ManifestColumn,
  manifestSchema,
  type Seal,
  sealSchema,
} from "../bundle/manifest.ts";
import type { Section } from "../bundle/members.ts";

export interface BundleTable {
  /** `data-3`: section and ordinal, in addresses. */
  readonly address: string;
  /** `public.invoices` */
  readonly table: string;
  readonly section: Section;
  /** Null where the seal has not been read. */
  readonly rows: number | null;
  /** Uncompressed. */
  readonly bytes: number | null;
  readonly columns: readonly Pick<ManifestColumn, "name" | "type" | "class" | "droppedPaths">[];
  readonly dropped: readonly { readonly name: string; readonly reason: "secret" | "computed" }[];
}

/** The manifest as the records keep it; null where there is none, or none that this version reads. */
export function readManifest(kept: unknown): Manifest | null {
  return manifestSchema.safeParse(kept).data ?? null;
}

export function readSeal(kept: unknown): Seal | null {
  return sealSchema.safeParse(kept).data ?? null;
}

/** The tables, the largest first and equal ones by name; the tenant's own before the common ones. */
export function bundleTables(manifest: Manifest, seal: Seal | null): BundleTable[] {
  const digests = new Map(seal?.tables.map((entry) => [`${entry.section} ${entry.ordinal}`, entry]));
  const inSection = (section: Section, tables: readonly SectionTable[]) =>
    tables
      .map(({ ordinal, schema, name, columns, dropped }) => {
        const sealed = digests.get(`${section} ${ordinal}`);
        return {
          address: `${section}-${ordinal}`,
          table: `${schema}.${name}`,
          section,
          rows: sealed?.rows ?? null,
          bytes: sealed?.bytes ?? null,
          columns: columns.map(({ name, type, class: kind, droppedPaths }) => ({
            name,
            type,
            class: kind,
            droppedPaths,
          })),
          dropped: dropped.map(({ name, reason }) => ({ name, reason })),
        };
      })
      .toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || (a.table < b.table ? -1 : 1));
  return [...inSection("data", manifest.tables), ...inSection("reference", manifest.reference)];
}

type SectionTable = Manifest["tables"][number] | Manifest["reference"][number];
