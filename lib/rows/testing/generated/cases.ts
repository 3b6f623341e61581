/** What random platforms have brought to light, shrunk, and what they meet too seldom. */
import { TYPES } from "./material.ts";
import type { PlatformShape, TableShape } from "./shape.ts";

const TABLE: TableShape = {
  key: "uuid",
  owner: 0,
  bond: "valid",
  target: "key",
  alsoKey: "none",
  shared: false,
  self: "none",
  back: "none",
  cross: null,
  toCommon: false,
  virtual: "none",
  virtualTo: 0,
  computed: "none",
  unique: "none",
  partition: "none",
  heir: false,
  hidden: false,
  extras: [],
};

function shapeOf(tables: readonly Partial<TableShape>[], more: Partial<PlatformShape> = {}): PlatformShape {
  return {
    rootKey: "uuid",
    slug: true,
    placement: "shared",
    common: "none",
    oddSchema: false,
    shuffled: false,
    tables: tables.map((table) => ({ ...TABLE, ...table })),
    tenants: 2,
    rows: 12,
    names: 0,
    seed: 1,
    ...more,
  };
}

export const CASES: Record<string, PlatformShape> = {
  "an XML declaration that says nothing new": shapeOf([
    { extras: [TYPES.findIndex(({ type }) => type === "xml")] },
    { key: "nanoid", owner: 1 },
  ]),
  "a tenant's key that people chose, with everything in it that needs quoting": shapeOf(
    [{ key: "composite" }, { key: "composite", owner: 1 }, { key: "none", owner: 2 }],
    { rootKey: "text", oddSchema: true },
  ),
  "a circle in which nothing may be NULL": shapeOf([
    { key: "always", self: "required" },
    { key: "serial", owner: 1, back: "deferred", self: "required" },
  ]),
  "references of every kind to every kind of key": shapeOf(
    (["always", "by default", "uuid", "domain", "nanoid"] as const).flatMap((key, at) => [
      { key },
      ...(["column", "array", "json", "jsonb", "pattern"] as const).map((virtual) => ({
        key: "none" as const,
        virtual,
        // Each target stands before five tables that point at it; those have no key to be pointed at.
        virtualTo: at,
      })),
    ]),
    { common: "identity", seed: 5 },
  ),
  "ids inside texts that name a table of the tenant's own schema": shapeOf(
    [{ key: "nanoid" }, { virtual: "pattern", virtualTo: 0 }],
    { placement: "schema" },
  ),
  "a tenant that is only a value, in partitioned keys and in what points at them": shapeOf(
    [{ key: "composite", partition: "hash" }, { owner: 1 }, { target: "pair" }, { owner: 3, cross: 2 }],
    { rootKey: "value" },
  ),
  "shared rows, heirs, hidden rows and two ways to a tenant, its columns in another order there": shapeOf(
    [
      { shared: true, bond: "none" },
      { key: "serial", heir: true, hidden: true, target: "pair", cross: 0 },
      { key: "domain serial", owner: 2, alsoKey: "nullable", cross: 0, back: "required" },
      { key: "unique index", owner: 1, alsoKey: "required", partition: "list under range", bond: "cascade" },
    ],
    { shuffled: true, common: "uuid" },
  ),
};
