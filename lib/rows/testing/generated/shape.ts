/** Random platforms, as small values that fast-check can shrink; `build.ts` makes tables of them. */
import fc from "fast-check";
import { NAMES, TYPES } from "./material.ts";

export interface PlatformShape {
  readonly rootKey: "uuid" | "identity" | "text";
  readonly slug: boolean;
  /** A table of people whom everybody shares, and what their ids are. */
  readonly common: "none" | "uuid" | "identity";
  readonly oddSchema: boolean;
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
  readonly key: "uuid" | "domain" | "always" | "by default" | "serial" | "nanoid" | "composite" | "none";
  /** Which of the tables before it owns it, the root being one of them. */
  readonly owner: number;
  /** What others point at: its key, another unique column, or its key together with the tenant's. */
  readonly target: "key" | "other key" | "pair";
  readonly self: "none" | "nullable" | "required";
  /** Its owner points back at it: a circle. */
  readonly back: "none" | "nullable" | "deferred";
  /** One more foreign key, to some table before it. */
  readonly cross: number | null;
  readonly toCommon: boolean;
  /** A reference that no constraint knows of, to some table before it. */
  readonly virtual: "none" | "column" | "array" | "json" | "jsonb" | "pattern";
  readonly virtualTo: number;
  readonly computed: "none" | "stored" | "virtual";
  /** Types of further columns. */
  readonly extras: readonly number[];
}

const table: fc.Arbitrary<TableShape> = fc.record({
  key: fc.constantFrom("uuid", "domain", "always", "by default", "serial", "nanoid", "composite", "none"),
  owner: fc.nat(20),
  target: fc.constantFrom("key", "other key", "pair"),
  self: fc.constantFrom("none", "nullable", "required"),
  back: fc.constantFrom("none", "none", "nullable", "deferred"),
  cross: fc.option(fc.nat(20)),
  toCommon: fc.boolean(),
  virtual: fc.constantFrom("none", "column", "array", "json", "jsonb", "pattern"),
  virtualTo: fc.nat(20),
  computed: fc.constantFrom("none", "stored", "virtual"),
  extras: fc.array(fc.nat(TYPES.length - 1), { maxLength: 4 }),
});

export const platformShape: fc.Arbitrary<PlatformShape> = fc.record({
  rootKey: fc.constantFrom("uuid", "identity", "text"),
  slug: fc.boolean(),
  common: fc.constantFrom("none", "uuid", "identity"),
  oddSchema: fc.boolean(),
  tables: fc.array(table, { minLength: 2, maxLength: 7 }),
  tenants: fc.integer({ min: 2, max: 3 }),
  rows: fc.integer({ min: 1, max: 6 }),
  names: fc.nat(NAMES.length - 1),
  seed: fc.nat(0xffff),
});
