/**
 * Which values of which columns change on an import, and by which map. Pure: from the model and the manifest.
 *
 * Every id that changes has one root column, where it was generated (`public.orders.id`); references to it,
 * through however many tables, name that root. So one map an id source serves all columns.
 */
import type { Manifest, ManifestTable } from "../../bundle/manifest.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import { holdsValueKey, idSource } from "../../tenancy/id-sources.ts";
import type { FreshId, Reference, TenancyModel } from "../../tenancy/model.ts";

/** How one column's values change. A column may have several: a pattern with two placeholders, type/id pairs. */
export type ValueRemap =
  | {
      readonly kind: "id" | "array";
      readonly source: string;
      readonly when: Readonly<Record<string, string>> | null;
      /** No constraint vouches for the row that it names: it may be gone. */
      readonly soft: boolean;
      readonly nullable: boolean;
    }
  | {
      readonly kind: "json path";
      readonly source: string;
      readonly path: string;
      readonly when: Readonly<Record<string, string>> | null;
    }
  | {
      readonly kind: "pattern";
      readonly pattern: string;
      /** Wherever it stands in the value, not as its whole form. */
      readonly each: boolean;
      readonly sources: Readonly<Record<string, string>>;
      readonly when: Readonly<Record<string, string>> | null;
    };

/** One kind of id that changes. */
export interface IdSourcePlan {
  /** Qualified column, the key of the map: `public.orders.id`. */
  readonly name: string;
  readonly table: string;
  readonly column: string;
  /** How fresh ones are made; null where ids are only looked up: common rows, a tenant key that people chose. */
  readonly fresh: FreshId | null;
  /** Rows of the bundle's reference section have such ids: they are found on the other side by natural key. */
  readonly common: boolean;
  /** The table holds rows of the tenant's own too: an id that is no common row's may be one of theirs. */
  readonly owned: boolean;
  /** The tenant's own key, where people chose it. */
  readonly tenantKey: boolean;
}

export interface RemapPlan {
  readonly sources: ReadonlyMap<string, IdSourcePlan>;
  /** By qualified table name, in the manifest's order. */
  readonly tables: ReadonlyMap<string, TableRemap>;
}

export interface TableRemap {
  /** The manifest's columns. */
  readonly columns: readonly string[];
  /** For each of them what changes; mostly nothing. */
  readonly remaps: readonly (readonly ValueRemap[])[];
}

/** Rows of excluded tables never come along: what points at one points at nothing afterwards. */
const EXCLUDED = "excluded rows";

/** The id source of a tenant that is only a value: no table has it as its own. */
const VALUE_KEY = "tenant key";

/**
 * `fresh`: every generated identifier of the tenant is new. `kept`: ids stay, only those of common rows follow
 * their natural keys.
 */
export function planRemap(model: TenancyModel, manifest: Manifest, ids: "fresh" | "kept"): RemapPlan {
  const sources = collectSources(model, manifest, ids);
  const tables = new Map<string, TableRemap>();
  for (const table of manifest.tables) {
    const id = qualifiedName(table.schema, table.name);
    tables.set(id, {
      columns: table.columns.map((column) => column.name),
      remaps: table.columns.map((column) => columnRemaps(model, table, id, column.name, sources)),
    });
  }
  return { sources, tables };
}

function collectSources(
  model: TenancyModel,
  manifest: Manifest,
  ids: "fresh" | "kept",
): Map<string, IdSourcePlan> {
  const sources = new Map<string, IdSourcePlan>();
  const carried = new Set(manifest.reference.map((table) => qualifiedName(table.schema, table.name)));
  const add = (table: string, column: string, fresh: FreshId | null, tenantKey = false) => {
    const name = qualifiedColumn(table, column);
    const owned = model.loadOrder.includes(table);
    sources.set(name, { name, table, column, fresh, common: carried.has(table), owned, tenantKey });
  };
  for (const table of model.tables.values()) {
    const owned = model.loadOrder.includes(table.id);
    for (const column of table.columns) {
      if (ids === "fresh" && owned && column.fresh !== null) add(table.id, column.name, column.fresh);
    }
  }
  // Ids of common rows follow in both modes, unless they are the natural key itself.
  for (const reference of model.references) {
    const common = model.tables.get(reference.to.table)?.common ?? null;
    if (common === null || !carried.has(reference.to.table)) continue;
    for (const column of reference.to.columns) {
      if (common.match.includes(column) || sources.has(qualifiedColumn(reference.to.table, column))) continue;
      if (column === model.tables.get(reference.to.table)?.path?.column) continue;
      add(reference.to.table, column, null);
    }
  }
  sources.set(EXCLUDED, {
    name: EXCLUDED,
    table: EXCLUDED,
    column: EXCLUDED,
    fresh: null,
    common: false,
    owned: false,
    tenantKey: false,
  });
  const { table: root, key } = model.tenant;
  if (ids === "fresh" && root === null) {
    sources.set(VALUE_KEY, {
      name: VALUE_KEY,
      table: VALUE_KEY,
      column: key,
      fresh: null,
      common: false,
      owned: true,
      tenantKey: true,
    });
  } else if (ids === "fresh" && root !== null && !sources.has(qualifiedColumn(root, key))) {
    add(root, key, null, true);
  }
  return sources;
}

function columnRemaps(
  model: TenancyModel,
  table: ManifestTable,
  id: string,
  column: string,
  sources: ReadonlyMap<string, IdSourcePlan>,
): ValueRemap[] {
  const known = table.columns.map((candidate) => candidate.name);
  const own = sources.get(qualifiedColumn(id, column));
  if (own !== undefined && (own.fresh !== null || own.tenantKey) && isOrigin(model, id, column)) {
    return [{ kind: "id", source: own.name, when: null, soft: false, nullable: false }];
  }
  if (sources.has(VALUE_KEY) && holdsValueKey(model, id, column)) {
    return [{ kind: "id", source: VALUE_KEY, when: null, soft: false, nullable: false }];
  }
  const remaps: ValueRemap[] = [];
  // By pattern and condition: the placeholders of one pattern change together.
  const patterns = new Map<
    string,
    Extract<ValueRemap, { kind: "pattern" }> & { sources: Record<string, string> }
  >();
  for (const reference of model.references) {
    if (reference.from.table !== id || !reference.from.columns.includes(column)) continue;
    const source = sourceOf(model, reference, column, sources);
    if (source === null) continue;
    const { when } = reference;
    if (reference.kind === "pattern") {
      const pattern = reference.pattern!;
      const each = reference.each === true;
      const key = JSON.stringify([pattern, each, when]);
      const remap = patterns.get(key) ?? { kind: "pattern", pattern, each, sources: {}, when };
      remap.sources[qualifiedColumn(reference.to.table, reference.to.columns[0]!)] = source;
      patterns.set(key, remap);
    } else if (reference.kind === "json path") {
      remaps.push({ kind: "json path", source, path: reference.path!, when });
    } else {
      const kind = reference.kind === "array" ? "array" : "id";
      const soft = reference.foreignKey === null;
      const nullable = reference.nullable;
      const same = remaps.find(
        (remap) => remap.kind === kind && remap.source === source && sameWhen(remap.when, when),
      );
      if (same === undefined) remaps.push({ kind, source, when, soft, nullable });
      else if (!soft && "soft" in same) remaps[remaps.indexOf(same)] = { ...same, soft: false };
    }
  }
  remaps.push(...patterns.values());
  // A column that a composite key shares with another reference keeps its value: one NULL in the key is enough.
  if (remaps.length === 0 && patterns.size === 0 && pointsAtExcluded(model, id, column))
    remaps.push({ kind: "id", source: EXCLUDED, when: null, soft: true, nullable: true });
  // A reference of a type/id pair goes first: one without a condition would swallow its value.
  return remaps
    .sort((a, b) => Number(a.when === null) - Number(b.when === null))
    .filter((remap) => remapsKnown(remap, known));
}

function pointsAtExcluded(model: TenancyModel, table: string, column: string): boolean {
  return model.references.some(
    ({ kind, from, to, when }) =>
      from.table === table &&
      from.columns.includes(column) &&
      (kind === "foreign key" || kind === "column") &&
      when === null &&
      model.tables.get(to.table)?.class === "excluded",
  );
}

/** Whether ids of this column are made here, rather than taken over from a parent (a shared primary key). */
function isOrigin(model: TenancyModel, table: string, column: string): boolean {
  const source = idSource(model, table, column);
  return source === null || (source.table === table && source.column === column);
}

/** The map for one column of a reference: the identifier that the column on the other end stands for. */
function sourceOf(
  model: TenancyModel,
  reference: Reference,
  column: string,
  sources: ReadonlyMap<string, IdSourcePlan>,
): string | null {
  const composite = reference.kind === "foreign key" || reference.kind === "column";
  const target = reference.to.columns[composite ? reference.from.columns.indexOf(column) : 0]!;
  const source = idSource(model, reference.to.table, target);
  const name =
    source === null
      ? qualifiedColumn(reference.to.table, target)
      : qualifiedColumn(source.table, source.column);
  return sources.has(name) ? name : null;
}

function sameWhen(
  a: Readonly<Record<string, string>> | null,
  b: Readonly<Record<string, string>> | null,
): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A condition on a column that the bundle does not carry can never be tested. */
function remapsKnown(remap: ValueRemap, columns: readonly string[]): boolean {
  return remap.when === null || Object.keys(remap.when).every((column) => columns.includes(column));
}
