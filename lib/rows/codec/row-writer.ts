/** What the transcoder hands a scanned line to. */
import type { ManifestColumn } from "../../bundle/manifest.ts";
import type { RecordSums } from "../../postgres/hash-record.ts";
import type { HashSums } from "../../postgres/hash-sums.ts";
import type { FieldTransform, RowView } from "../field-transform.ts";
import type { BinaryField } from "./binary-fields.ts";
import type { HashedAs } from "./field-hash.ts";
import type { LineScanner } from "./line-scanner.ts";
import type { OutputBlocks } from "./output-blocks.ts";

/** Writes the line `source[start, end)` (newline included) whose spans the scanner holds. */
export type RowWriter = (source: Buffer, start: number, end: number) => void;

export interface RowWriterContext {
  readonly columns: readonly Pick<ManifestColumn, "name" | "encoding">[];
  readonly scanner: LineScanner;
  readonly view: RowView;
  readonly blocks: OutputBlocks;
  readonly transforms: readonly (FieldTransform | null)[];
  readonly appended: readonly (() => Buffer | null)[];
  /** 1 where the column is not written. */
  readonly omit: Uint8Array;
  /** Takes each line for the digest; null where none is wanted, or where rows are written. */
  readonly sums: HashSums | null;
  /** Takes each row's fields for the digest; null where none is wanted, or where lines are written. */
  readonly records: RecordSums | null;
  /** How each column is hashed, appended ones behind; null, or none, in the record text with others. */
  readonly hashed: readonly (HashedAs | null)[];
  /** How each column is written in binary, appended ones behind; empty where text is written. */
  readonly binary: readonly BinaryField[];
  /** Refuses the line at hand for this column's value. */
  readonly refuse: (column: number) => never;
}
