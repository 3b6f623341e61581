/**
 * What squawk 2.66.0 says of the sample files, by the names of its rules: `squawk --reporter json --pg-version 18`, with
 * `--assume-in-transaction` where the tool runs the file in one. Recorded, since its program is not there for every
 * machine.
 */
import type { SampleFile } from "./sample-files.ts";

export const SQUAWK: Readonly<Record<SampleFile, readonly string[]>> = {
  base: ["prefer-bigint-over-int", "prefer-identity", "prefer-text-field"],
  "add column": ["require-lock-timeout", "require-statement-timeout"],
  "volatile default": ["adding-field-with-default", "require-lock-timeout", "require-statement-timeout"],
  widen: ["changing-column-type", "require-lock-timeout", "require-statement-timeout"],
  retype: ["changing-column-type", "require-lock-timeout", "require-statement-timeout"],
  "foreign key": [
    "adding-foreign-key-constraint",
    "constraint-missing-not-valid",
    "require-lock-timeout",
    "require-statement-timeout",
  ],
  "foreign key not valid": ["require-lock-timeout", "require-statement-timeout"],
  validate: ["require-lock-timeout", "require-statement-timeout"],
  index: ["require-concurrent-index-creation", "require-lock-timeout", "require-statement-timeout"],
  concurrently: ["prefer-robust-stmts", "require-lock-timeout", "require-statement-timeout"],
  "drop concurrently": ["prefer-robust-stmts", "require-lock-timeout", "require-statement-timeout"],
  "not null": ["adding-not-nullable-field", "require-lock-timeout", "require-statement-timeout"],
  unique: [
    "constraint-missing-not-valid",
    "disallowed-unique-constraint",
    "require-lock-timeout",
    "require-statement-timeout",
  ],
  "delete some": [],
  empty: ["require-lock-timeout", "require-statement-timeout"],
  block: [],
  partitions: ["prefer-bigint-over-int", "require-lock-timeout", "require-statement-timeout"],
  renames: ["renaming-column", "renaming-table", "require-lock-timeout", "require-statement-timeout"],
  own: [
    "ban-drop-table",
    "changing-column-type",
    "prefer-bigint-over-int",
    "require-lock-timeout",
    "require-statement-timeout",
  ],
  vacuum: ["require-lock-timeout", "require-statement-timeout"],
  "fails on rows": ["constraint-missing-not-valid", "require-lock-timeout", "require-statement-timeout"],
  drops: ["ban-drop-column", "ban-drop-table", "require-lock-timeout", "require-statement-timeout"],
  label: ["require-enum-value-ordering", "require-lock-timeout", "require-statement-timeout"],
  "label later": ["require-enum-value-ordering", "require-lock-timeout", "require-statement-timeout"],
};

/** Rules of how a file should be written, not of what it does to a table that is there. */
export const OF_STYLE: ReadonlySet<string> = new Set([
  "prefer-bigint-over-int",
  "prefer-identity",
  "prefer-robust-stmts",
  "prefer-text-field",
  "require-enum-value-ordering",
  "require-lock-timeout",
  "require-statement-timeout",
]);
