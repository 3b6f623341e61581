/** Reads one side for the oracle: a tenant's rows as nodes of a graph, everybody else's only as names. */
import type pg from "pg";
import type { OracleCommon, OraclePointer, OracleSpec, OracleTable, Side } from "./oracle-spec.ts";

export interface OracleNode {
  readonly table: string;
  /** All that the row says by itself: no id of its own, no id of another row. */
  readonly content: string;
  /** Where it points, in the order of the specification: a row of the same tenant, or a name. */
  readonly pointers: (OracleNode | string)[];
}

export interface OracleGraph {
  readonly nodes: readonly OracleNode[];
  /** Texts of the ids that the rows have, by `table.column`: fresh ones must not be old ones. */
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
}

type Row = Readonly<Record<string, string | null>>;

/** Names that are no rows of the tenant. */
const NOBODY = "nobody";
const STRANGER = "somebody else's row";

/** Reads everything at once, in memory: for tests. */
export async function readGraph(
  client: pg.ClientBase,
  spec: OracleSpec,
  key: string,
  side: Side,
): Promise<OracleGraph> {
  const index = new Map<string, OracleNode | string>();
  const dropped = droppedColumns(spec);
  const read: { table: OracleTable; row: Row; node: OracleNode }[] = [];
  const ids = new Map<string, Set<string>>();
  for (const table of spec.tables) {
    for (const row of await readRows(client, table, key, side)) {
      const owned = row["oracle owned"] === "true";
      const node = { table: table.name, content: contentOf(spec, table, row, dropped), pointers: [] };
      for (const columns of targetsOf(spec, table.name)) {
        const address = addressOf(table.name, columns, row);
        if (address !== null && !(index.has(address) && !owned)) index.set(address, owned ? node : STRANGER);
      }
      if (!owned) continue;
      read.push({ table, row, node });
      for (const column of table.ids ?? []) {
        const name = `${table.name}.${column}`;
        const known = ids.get(name) ?? new Set<string>();
        ids.set(name, known.add(row[column] ?? ""));
      }
    }
  }
  for (const common of spec.common) await indexCommon(client, spec, common, index);
  for (const { table, row, node } of read)
    for (const pointer of table.points ?? []) node.pointers.push(...follow(pointer, row, index));
  return { nodes: read.map(({ node }) => node), ids };
}

async function readRows(client: pg.ClientBase, table: OracleTable, key: string, side: Side): Promise<Row[]> {
  const columns = await columnsOf(client, table.name);
  const list = columns.map((column) => {
    const own = table.becomes?.[column]?.[side] ?? `t.${quote(column)}`;
    return `(${own})::text AS ${quote(column)}`;
  });
  list.push(`((${table.owned}) IS TRUE)::text AS "oracle owned"`);
  const { rows } = await client.query<Row>(
    `SELECT ${list.join(", ")} FROM ${table.only ? "ONLY " : ""}${table.name} t`,
    [key],
  );
  return rows;
}

async function columnsOf(client: pg.ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_catalog.pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`,
    [table],
  );
  return rows.map((row) => row.name);
}

async function indexCommon(
  client: pg.ClientBase,
  spec: OracleSpec,
  common: OracleCommon,
  index: Map<string, OracleNode | string>,
): Promise<void> {
  const columns = [...new Set([...common.match, ...targetsOf(spec, common.name).flat()])];
  const { rows } = await client.query<Row>(
    `SELECT ${columns.map((column) => `${quote(column)}::text`).join(", ")} FROM ${common.name} t WHERE ${common.rows}`,
  );
  for (const row of rows) {
    const name = JSON.stringify([common.name, common.match.map((column) => row[column])]);
    for (const target of targetsOf(spec, common.name)) {
      const address = addressOf(common.name, target, row);
      if (address !== null) index.set(address, name);
    }
  }
}

/** The column lists of a table that something points at. */
function targetsOf(spec: OracleSpec, table: string): (readonly string[])[] {
  const all = spec.tables
    .flatMap(({ points }) => points ?? [])
    .flatMap(({ to }) => to.filter((target) => target.table === table).map(({ columns }) => columns));
  return [...new Map(all.map((columns) => [columns.join("\n"), columns])).values()];
}

function addressOf(table: string, columns: readonly string[], row: Row): string | null {
  const values = columns.map((column) => row[column]);
  return values.some((value) => value === null) ? null : JSON.stringify([table, columns, values]);
}

/** Columns that hold nothing but ids that change, by table: found from the ids backwards, pointer by pointer. */
function droppedColumns(spec: OracleSpec): Map<string, Set<string>> {
  const dropped = new Map(spec.tables.map(({ name, ids }) => [name, new Set(ids ?? [])]));
  for (const { name, ids } of spec.common) dropped.set(name, new Set([...(dropped.get(name) ?? []), ...ids]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const table of spec.tables) {
      for (const { columns, to, when, inside } of table.points ?? []) {
        if (when !== undefined || inside !== undefined) continue;
        columns.forEach((column, at) => {
          const mine = dropped.get(table.name)!;
          if (mine.has(column) || !to.some((each) => dropped.get(each.table)?.has(each.columns[at]!))) return;
          mine.add(column);
          changed = true;
        });
      }
    }
  }
  return dropped;
}

function contentOf(
  spec: OracleSpec,
  table: OracleTable,
  row: Row,
  dropped: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  const pointers = table.points ?? [];
  const columns = Object.keys(row).filter((column) => column !== "oracle owned");
  const content = columns.map((column) => {
    if (dropped.get(table.name)!.has(column)) return "·";
    const mine = pointers.filter((pointer) => pointer.columns.includes(column) && holds(pointer, row));
    if (mine.some(({ when }) => when !== undefined)) return "·";
    const value = row[column] ?? null;
    const inside = mine.find((pointer) => pointer.inside !== undefined)?.inside;
    return value !== null && inside !== undefined ? value.replaceAll(inside, hole) : value;
  });
  return JSON.stringify([spec.tables.indexOf(table), content]);
}

/** What stands around an id inside of a larger text is content; the id is a pointer. */
function hole(match: string, id: string | undefined): string {
  return id === undefined ? "‹›" : match.replace(id, "‹›").replaceAll('"', "");
}

function holds({ when }: OraclePointer, row: Row): boolean {
  return Object.entries(when ?? {}).every(([column, value]) => row[column] === value);
}

function follow(
  pointer: OraclePointer,
  row: Row,
  index: ReadonlyMap<string, OracleNode | string>,
): (OracleNode | string)[] {
  if (!holds(pointer, row)) return ["does not hold"];
  const resolve = (values: readonly string[]) => {
    for (const { table, columns } of pointer.to) {
      const found = index.get(JSON.stringify([table, columns, values]));
      if (found !== undefined) return found;
    }
    return NOBODY;
  };
  if (pointer.inside !== undefined) {
    const text = row[pointer.columns[0]!];
    if (text === null || text === undefined) return ["NULL"];
    return [...text.matchAll(pointer.inside)].map(([, id]) => (id === undefined ? NOBODY : resolve([id])));
  }
  const values = pointer.columns.map((column) => row[column] ?? null);
  if (values.some((value) => value === null)) return [pointer.soft ? NOBODY : "NULL"];
  return [resolve(values as string[])];
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
