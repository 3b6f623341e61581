/** What migrations do to one tenant's rows, as it was measured on a throwaway server. */
import type { Finding } from "../../findings/finding.ts";
import type { ColumnClass } from "../../tenancy/model.ts";
import type { ReplayedMigration } from "../upgrade/replay.ts";

export interface Effect {
  /** The version at which the tenant's state was taken; null before the first migration. */
  readonly before: string | null;
  /** Those that ran between the bundle's version and that one. */
  readonly passed: readonly ReplayedMigration[];
  /** Those whose effect this is, in their order. */
  readonly migrations: readonly ReplayedMigration[];
  /** `server_version` of the throwaway server. */
  readonly postgres: string;
  /** The tables that hold the tenant's rows before or after, by name; those that nothing changed too. */
  readonly tables: readonly TableEffect[];
  readonly findings: readonly Finding[];
  /** Seconds of each step. */
  readonly seconds: Readonly<Record<EffectStep, number>>;
}

export const EFFECT_STEPS = ["server", "before", "load", "copy", "migrations", "compare"] as const;
export type EffectStep = (typeof EFFECT_STEPS)[number];

/** `anew`: another table (or column) stands where one of this name stood, and the former one is gone. */
export type Fate = "kept" | "anew" | "new" | "gone";

export interface TableEffect {
  /** By the name that it has afterwards; the last that it had, where it is gone. */
  readonly table: string;
  /** The name that it had, where the migrations gave it another. */
  readonly was: string | null;
  readonly is: Fate;
  /** The tenant's rows before and after. */
  readonly rows: readonly [number, number];
  /** How rows were told to be the same; `none` where nobody can tell: they are only counted. */
  readonly matchedBy: "key" | "values" | "none";
  /** What identifies a row, before and after, by the names of then; null where nothing does. */
  readonly key: readonly [readonly string[] | null, readonly string[] | null];
  /** Zero where rows cannot be told apart (`matchedBy`). */
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Those that are not what they were, or hold other values. */
  readonly columns: readonly ColumnEffect[];
  /** Some of the rows that differ. */
  readonly examples: readonly EffectRow[];
}

export interface ColumnEffect {
  readonly name: string;
  readonly was: string | null;
  readonly is: Fate;
  /** As `format_type` prints it; null where it is not there. */
  readonly type: readonly [string | null, string | null];
  /** Of the two that the platform file gives it, before and after, the one that shows less. */
  readonly class: ColumnClass;
  /**
   * Rows that hold another value in it than they did; of a column that came or went, those that hold one at all.
   * Null where nobody looked: in secrets, and in what the database computes.
   */
  readonly values: number | null;
}

export interface EffectRow {
  readonly kind: "added" | "removed" | "changed";
  readonly cells: readonly EffectCell[];
}

/** Of a changed row those that identify it and those that differ; of another one all. Secret columns never. */
export interface EffectCell {
  readonly column: string;
  readonly class: ColumnClass;
  readonly key: boolean;
  /** The value's text, long ones cut; null is NULL, undefined where there is no such row or column. */
  readonly before?: CellText | null;
  readonly after?: CellText | null;
}

export interface CellText {
  readonly text: string;
  readonly cut?: true;
}
