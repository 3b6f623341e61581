/**
 * What a migration was seen to do when it ran on a throwaway server: plain values, so that they can be stored, shown
 * and judged without a server. Tables are named by their qualified names.
 */
import type { Finding } from "../findings/finding.ts";
import type { LockMode } from "./lock-modes.ts";

export interface MeasuredFile {
  readonly version: string;
  readonly name: string;
  readonly checksum: string;
  /** Whether all of it is one transaction. */
  readonly transactional: boolean;
  /** Of the ledger before it: with the checksum what the measurement is of. */
  readonly fingerprintBefore: string;
  readonly fingerprint: string;
  /** The throwaway server's `server_version_num`. */
  readonly server: number;
  readonly statements: readonly MeasuredStatement[];
  /** What keeps the measurement from saying all: no rows could be made, the file does not parse, it failed. */
  readonly findings: readonly Finding[];
}

export interface MeasuredStatement {
  /** From 1. */
  readonly number: number;
  /** `ALTER TABLE`, `CREATE INDEX CONCURRENTLY`; `FILE` where it could not be split. */
  readonly kind: string;
  /** As it is written in the file, without comments before it; cut after `TEXT_KEPT` characters. */
  readonly text: string;
  /** In the file, from 1. */
  readonly line: number;
  /** `failed` with its SQLSTATE; what comes after a failure is `not reached`. */
  readonly outcome: "ran" | "failed" | "not reached";
  readonly sqlState: string | null;
  /** It refuses to run inside a transaction, so that each of its steps commits by itself. */
  readonly outside: boolean;
  /** On tables that were there before the file, and taken by this statement, not by one before it. */
  readonly locks: readonly Lock[];
  /** Those that statements before it have left standing, by which of them. */
  readonly held: readonly HeldLock[];
  /** Tables whose every row it wrote anew, into a new file on disk; those that it emptied are not among them. */
  readonly rewritten: readonly string[];
  /** Indexes that it built anew without their table. */
  readonly reindexed: readonly string[];
  /** Tables that it read from end to end. */
  readonly scanned: readonly string[];
  readonly changed: readonly ChangedRows[];
  readonly effects: readonly Effect[];
}

export const TEXT_KEPT = 4_000;

export interface Lock {
  readonly table: string;
  readonly mode: LockMode;
}

export interface HeldLock extends Lock {
  readonly since: number;
}

/** Of the few rows that were there. */
export interface ChangedRows {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** Rows that the table had before. */
  readonly of: number;
  /** The columns that an UPDATE names, where it is one: for the judgement whether what they held is lost. */
  readonly columns: readonly string[];
}

/** What is different in the catalog afterwards, of what was there before the file. */
export type Effect =
  | { readonly kind: "made"; readonly what: ObjectKind; readonly name: string; readonly on: string | null }
  | { readonly kind: "gone"; readonly what: ObjectKind; readonly name: string; readonly on: string | null }
  | {
      readonly kind: "renamed";
      readonly what: ObjectKind;
      readonly name: string;
      readonly to: string;
      readonly on: string | null;
    }
  | { readonly kind: "emptied"; readonly table: string }
  | {
      readonly kind: "column made";
      readonly table: string;
      readonly column: string;
      readonly type: string;
      readonly notNull: boolean /** As an expression; null where there is none, also of an identity. */;
      readonly default: string | null;
      readonly generated: boolean;
    }
  | {
      readonly kind: "type changed";
      readonly table: string;
      readonly column: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: "not null"; readonly table: string; readonly column: string }
  | {
      readonly kind: "index made";
      readonly table: string;
      readonly index: string;
      readonly definition: string;
      readonly valid: boolean;
    }
  | {
      readonly kind: "constraint made";
      readonly table: string;
      readonly constraint: string;
      readonly type: ConstraintType;
      readonly definition: string;
      readonly validated: boolean /** Of the index that stands for it, where it has one. */;
      readonly index: string | null;
    }
  | { readonly kind: "constraint validated"; readonly table: string; readonly constraint: string }
  | { readonly kind: "label made"; readonly type: string; readonly label: string };

export type ObjectKind =
  | "table"
  | "view"
  | "materialized view"
  | "sequence"
  | "index"
  | "foreign table"
  | "column"
  | "constraint"
  | "function"
  | "type"
  | "schema";

export type ConstraintType = "primary key" | "unique" | "foreign key" | "check" | "exclusion" | "not null";
