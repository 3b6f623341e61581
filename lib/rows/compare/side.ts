/** One side of a comparison: a tenant's rows as lines, wherever they come from, as often as they are asked for. */
import type { ManifestColumn } from "../../bundle/manifest.ts";
import type { Finding } from "../../findings/finding.ts";

export interface CompareTable {
  /** Qualified name. */
  readonly id: string;
  readonly columns: readonly Pick<ManifestColumn, "name" | "encoding">[];
  /** The columns that identify a row; null where nothing does, and rows are compared as a multiset. */
  readonly key: readonly string[] | null;
}

/** Order-free: rows and the two sums of the lines' hashes. */
export interface LinesDigest {
  readonly rows: number;
  readonly sums: readonly [string, string];
}

export interface CompareSide {
  /** How people call it: a file's name, a database and a slug. */
  readonly name: string;
  /** The tenant's key as its lines have it: after the remap, where there is one. */
  readonly tenantKey: string;
  readonly tables: readonly CompareTable[];
  /**
   * Digests that somebody else vouches for: a seal over lines that nothing changes, proved meanwhile. Null where the
   * lines have to be read for them.
   */
  readonly digests: (() => Promise<ReadonlyMap<string, LinesDigest>>) | null;
  /** The lines of the wanted tables, one table after the other, in the side's own order. */
  read(
    wanted: ReadonlySet<string>,
  ): AsyncIterable<{ readonly table: string; readonly lines: AsyncIterable<Buffer> }>;
  /**
   * References that do not hold on this side; nothing where the side cannot be asked. May go on while rows are read.
   * Ends with the signal's reason, between two tables.
   */
  checkReferences(signal: AbortSignal): Promise<Finding[]>;
  close(): Promise<void>;
}
