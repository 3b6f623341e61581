/** Random platforms, as small values that fast-check can shrink; `build.ts` makes tables of them. */
import fc from "fast-check";
import { NAMES, TYPES } from "./material.ts";

export interface PlatformShape {
  /** `value`: there is no table of tenants, only their key in columns. */
  readonly rootKey: "uuid" | "identity" | "text" | "value";
  readonly slug: boolean;
  /** Rows of all tenants in common tables, or a schema for each. */
  readonly placement: "shared" | "schema";
  /** A table of people whom everybody shares, and what their ids are. */
  readonly common: "none" | "uuid" | "identity";
  readonly oddSchema: boolean;
  /** The twin has its columns in another order, and has lost one on the way. */
  readonly shuffled: boolean;
  readonly tables: readonly TableShape[];
  readonly tenants: number;
  /** At most so many rows a tenant and table. */
  readonly rows: number;
  /** Where in the list of names to begin. */
  readonly names: number;
  /** Of everything that is only chosen, not shaped. */
  readonly seed: number;
}

export interface TableShape {
  readonly key:
    | "uuid"
    | "domain"
    | "always"
    | "by default"
    | "serial"
    | "domain serial"
    | "nanoid"
    | "domain nanoid"
    | "composite"
    | "composite text"
    | "unique index"
    | "none";
  /** Which of the tables before it owns it, the root being one of them. */
  readonly owner: number;
  /** How its reference to the owner is vouched for; by nothing only where it holds the tenant's key. */
  readonly bond: "valid" | "not valid" | "cascade" | "none";
  /** What others point at: its key, another unique column, or its key together with the tenant's. */
  readonly target: "key" | "other key" | "pair";
  /** It carries the tenant's key besides: a second path. */
  readonly alsoKey: "none" | "required" | "nullable";
  /** Rows without a tenant's key belong to everybody. Only where the root owns it. */
  readonly shared: boolean;
  readonly self: "none" | "nullable" | "required";
  /** Its owner points back at it: a circle. */
  readonly back: "none" | "nullable" | "required" | "deferred";
  /** One more foreign key, to some table before it. */
  readonly cross: number | null;
  readonly toCommon: boolean;
  /** A reference that no constraint knows of, to some table before it. */
  readonly virtual: "none" | "column" | "array" | "json" | "jsonb" | "pattern";
  readonly virtualTo: number;
  readonly computed: "none" | "stored" | "virtual";
  readonly unique: "none" | "partial" | "expression" | "nulls not distinct" | "exclusion";
  readonly partition: "none" | "hash" | "list under range";
  /** Another table inherits from it. */
  readonly heir: boolean;
  /** Forced row security that hides every row from whoever does not bypass it. */
  readonly hidden: boolean;
  /** Types of further columns. */
  readonly extras: readonly number[];
}

/** Mostly not, so that a table has two or three oddities and not all of them. */
function seldom<Value>(none: Value, ...others: Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(none) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );
}

const table: fc.Arbitrary<TableShape> = fc.record({
  key: fc.constantFrom(
    "uuid",
    "domain",
    "always",
    "by default",
    "serial",
    "domain serial",
    "nanoid",
    "domain nanoid",
    "composite",
    "composite text",
    "unique index",
    "none",
  ),
  owner: fc.nat(20),
  bond: seldom<TableShape["bond"]>("valid", "not valid", "cascade", "none"),
  target: fc.constantFrom("key", "other key", "pair"),
  alsoKey: seldom<TableShape["alsoKey"]>("none", "required", "nullable"),
  shared: seldom(false, false, true),
  self: seldom<TableShape["self"]>("none", "nullable", "required"),
  back: seldom<TableShape["back"]>("none", "nullable", "required", "deferred"),
  cross: fc.option(fc.nat(20)),
  toCommon: fc.boolean(),
  virtual: fc.constantFrom("none", "column", "array", "json", "jsonb", "pattern"),
  virtualTo: fc.nat(20),
  computed: seldom<TableShape["computed"]>("none", "stored", "virtual"),
  unique: seldom<TableShape["unique"]>("none", "partial", "expression", "nulls not distinct", "exclusion"),
  partition: seldom<TableShape["partition"]>("none", "hash", "list under range"),
  heir: seldom(false, false, true),
  hidden: seldom(false, true),
  extras: fc.array(fc.nat(TYPES.length - 1), { maxLength: 3 }),
});

export const platformShape: fc.Arbitrary<PlatformShape> = fc.record({
  rootKey: fc.constantFrom("uuid", "identity", "text", "value"),
  slug: fc.boolean(),
  placement: seldom<PlatformShape["placement"]>("shared", "shared", "schema"),
  common: fc.constantFrom("none", "uuid", "identity"),
  oddSchema: fc.boolean(),
  shuffled: fc.boolean(),
  tables: fc.array(table, { minLength: 2, maxLength: 6 }),
  tenants: fc.integer({ min: 2, max: 3 }),
  rows: fc.integer({ min: 3, max: 7 }),
  names: fc.nat(NAMES.length - 1),
  seed: fc.nat(0xffff),
});
