/** Random platforms with random histories, as small values that fast-check can shrink; `history.ts` makes SQL of them. */
import fc from "fast-check";

export interface HistoryShape {
  readonly rootKey: "uuid" | "identity";
  readonly tables: readonly {
    /** Which of the tables before it owns it, the root being one of them. */
    readonly owner: number;
    readonly key: "uuid" | "identity";
    readonly columns: readonly ColumnType[];
    readonly self: boolean;
    readonly toPerson: boolean;
  }[];
  readonly steps: readonly Step[];
  /** After how many of the steps the bundle is written. */
  readonly written: number;
  readonly seed: number;
}

export const COLUMN_TYPES = ["integer", "text", "numeric", "timestamptz", "boolean"] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const STEP_KINDS = [
  "add",
  "drop",
  "rename column",
  "rename table",
  "split",
  "merge",
  "backfill",
  "backfill from people",
  "retype",
  "table from column",
  "move to owner",
  "not null",
  "check",
  "unique",
  "seed",
  "personal",
] as const;

export interface Step {
  readonly kind: (typeof STEP_KINDS)[number];
  /** Where: the table and the column, counted round. */
  readonly table: number;
  readonly column: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...STEP_KINDS),
  table: fc.nat(20),
  column: fc.nat(20),
});

export const historyShape: fc.Arbitrary<HistoryShape> = fc.record({
  rootKey: fc.constantFrom("uuid", "identity"),
  tables: fc.array(
    fc.record({
      owner: fc.nat(20),
      key: fc.constantFrom("uuid", "identity"),
      columns: fc.array(fc.constantFrom(...COLUMN_TYPES), { minLength: 1, maxLength: 4 }),
      self: fc.boolean(),
      toPerson: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  steps: fc.array(step, { minLength: 2, maxLength: 12 }),
  written: fc.nat(20),
  seed: fc.nat(0xffff),
});
