/** A statement beside a live database's sizes: where does somebody wait, and for how large a table? Pure. */
import type { MeasuredStatement } from "../facts.ts";
import { keepsOut, type LockMode } from "../lock-modes.ts";
import { lockDuring } from "./judge.ts";

/** Above this an ACCESS EXCLUSIVE lock is no matter of moments any more. Bytes. */
export const LARGE = 1024 ** 3;

export interface TableSize {
  readonly bytes: number;
  /** The server's estimate, null where it has none. */
  readonly rows: number | null;
}

export interface Touched {
  readonly table: string;
  /** The strongest that anybody meets while the statement runs; null where it only reads or writes rows. */
  readonly lock: LockMode | null;
  readonly rewrites: boolean;
  readonly scans: boolean;
  /** By the database's name; a table that is not there yet is left out. */
  readonly sizes: readonly (TableSize & { readonly database: string })[];
  /** It is over 1 GiB somewhere, and kept from readers or writers while its rows are read or written. */
  readonly isLarge: boolean;
}

export type SizesByDatabase = ReadonlyMap<string, ReadonlyMap<string, TableSize>>;

/** Every table that the statement locks against anybody, rewrites or reads, the largest first. */
export function touchedTables(statement: MeasuredStatement, live: SizesByDatabase): Touched[] {
  const { locks, held, rewritten, scanned } = statement;
  const worked = new Set([...rewritten, ...scanned]);
  const kept = [...locks, ...(worked.size > 0 ? held : [])].filter(({ mode }) => keepsOut(mode) !== null);
  const tables = [...new Set([...kept.map(({ table }) => table), ...worked])];
  const touched = tables.map((table): Touched => {
    const lock = lockDuring(statement, table);
    const sizes = [...live].flatMap(([database, tables]) => {
      const size = tables.get(table);
      return size === undefined ? [] : [{ database, ...size }];
    });
    const isKept = lock !== null && keepsOut(lock) !== null && worked.size > 0;
    const isLarge = isKept && sizes.some(({ bytes }) => bytes > LARGE);
    return {
      table,
      lock,
      rewrites: rewritten.includes(table),
      scans: scanned.includes(table),
      sizes,
      isLarge,
    };
  });
  const largest = ({ sizes }: Touched) => Math.max(0, ...sizes.map(({ bytes }) => bytes));
  return touched.sort((one, other) => largest(other) - largest(one) || (one.table < other.table ? -1 : 1));
}
