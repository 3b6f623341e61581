/** Which rows of a bundle are asked for: an address as values. Pure, so that pages build links from it. */
import type { SearchParams } from "./tenant-list.ts";

export interface BundleRowsQuery {
  /** `data-3`, `reference-1`; null for the largest table. */
  readonly table: string | null;
  readonly page: number;
}

export function readBundleRowsQuery({ table, page }: SearchParams): BundleRowsQuery {
  const asked = Number(page);
  return {
    table: typeof table === "string" && /^(data|reference)-[1-9]\d{0,5}$/.test(table) ? table : null,
    page: Number.isSafeInteger(asked) && asked > 0 ? asked : 1,
  };
}
