/** A first platform file from a catalog: the likely root table, and what its columns seem to mean. Pure. */
import { stringify } from "yaml";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { qualifiedColumn } from "../../postgres/identifiers.ts";

export interface RootCandidate {
  readonly table: string;
  /** Tables whose rows lead to it by foreign keys, at whatever distance. */
  readonly followers: number;
  /** Tables that point at it themselves. */
  readonly direct: number;
}

const NAMED =
  /^(tenants?|organi[sz]ations?|orgs?|accounts?|workspaces?|teams?|compan(y|ies)|customers?|clients?|sites?)$/;

/** The likeliest first: called like a tenant, then by how much of the schema leads to it. At most `limit`. */
export function rootCandidates(catalog: Catalog, limit = 5): RootCandidate[] {
  const tables = [...catalog.tables.values()].filter((table) => table.partitionOf === null);
  const candidates = tables
    .filter((table) => keyOf(table) !== null)
    .map((table) => ({
      table: table.id,
      named: NAMED.test(table.name),
      followers: followersOf(tables, table.id).size,
      direct: tables.filter((other) => other.id !== table.id && pointsAt(other, table.id)).length,
    }))
    .filter(({ direct }) => direct > 0);
  return candidates
    .sort(
      (a, b) =>
        Number(b.named) - Number(a.named) ||
        b.followers - a.followers ||
        b.direct - a.direct ||
        a.table.localeCompare(b.table),
    )
    .slice(0, limit)
    .map(({ table, followers, direct }) => ({ table, followers, direct }));
}

/** The lines that a person begins with; what they leave open the coverage findings ask for. */
export function suggestPlatformFile(catalog: Catalog, name: string, root: string): string {
  const table = catalog.tables.get(root)!;
  const domains = domainColumn(catalog, table);
  const state = stateOf(table);
  const tenant = {
    table: root,
    key: keyOf(table) ?? undefined,
    slug: firstColumn(table, ["slug", "subdomain", "handle", "code", "key"]),
    name: firstColumn(table, ["name", "display_name", "title"]),
    ...(domains === null ? {} : { domains }),
    ...(state === null ? {} : { state }),
  };
  return stringify({ platform: name, tenant });
}

function keyOf(table: Table): string | null {
  const primary = table.keys.find(({ kind }) => kind === "primary");
  return primary?.columns.length === 1 ? primary.columns[0]! : null;
}

function pointsAt(table: Table, target: string): boolean {
  return table.foreignKeys.some((key) => key.table === target);
}

function followersOf(tables: readonly Table[], root: string): Set<string> {
  const found = new Set<string>([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const table of tables) {
      if (found.has(table.id) || !table.foreignKeys.some((key) => found.has(key.table))) continue;
      found.add(table.id);
      grown = true;
    }
  }
  found.delete(root);
  return found;
}

function firstColumn(table: Table, names: readonly string[]): string | undefined {
  return names.find((name) =>
    table.columns.some((column) => column.name === name && column.name !== keyOf(table)),
  );
}

/** `domain` of the root, or the unique host name of a table that points at it. */
function domainColumn(catalog: Catalog, root: Table): string | null {
  const own = firstColumn(root, ["domain", "hostname"]);
  if (own !== undefined) return own;
  for (const table of catalog.tables.values()) {
    if (!pointsAt(table, root.id)) continue;
    const column = ["hostname", "domain", "host"].find((name) =>
      table.keys.some(({ plain, columns }) => plain && columns.length === 1 && columns[0] === name),
    );
    if (column !== undefined) return qualifiedColumn(table.id, column);
  }
  return null;
}

/** Only where the labels of an enum say both words: a guess at free text could lock people out. */
function stateOf(table: Table): { column: string; active: string; suspended: string } | null {
  for (const column of table.columns) {
    const labels = column.typeKind === "enum" ? enumLabels(column.typeShape ?? null) : [];
    const active = labels.find((label) => /^(active|enabled|live)$/i.test(label));
    const suspended = labels.find((label) => /^(suspended|disabled|paused|locked)$/i.test(label));
    if (active !== undefined && suspended !== undefined) return { column: column.name, active, suspended };
  }
  return null;
}

/** Every string of the shape: the labels are among them. */
function enumLabels(shape: string | null): string[] {
  if (shape === null) return [];
  const strings: string[] = [];
  JSON.parse(shape, (_key, value: unknown) => {
    if (typeof value === "string") strings.push(value);
    return value;
  });
  return strings;
}
