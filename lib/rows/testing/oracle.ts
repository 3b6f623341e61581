/**
 * An independent judge of imports. Two tenants are the same when their rows are, once every id is replaced by the
 * label of the row that it names: what the row says, what it points at and what points at it, over and over, until
 * nothing more is told apart (colour refinement, on both tenants at once). Then multisets are compared by table.
 *
 * It shares no code with the library's own comparison, digests, remap or codecs.
 */
import type pg from "pg";
import { type OracleGraph, type OracleNode, readGraph } from "./oracle-read.ts";
import type { OracleSpec } from "./oracle-spec.ts";

export interface OracleTenant {
  readonly client: pg.ClientBase;
  /** The tenant's key as text. */
  readonly key: string;
}

export interface OracleVerdict {
  /** One line a table that differs; empty when the tenants are the same. */
  readonly differences: readonly string[];
  /** Columns of generated ids of which some are the same on both sides: `table.column`. */
  readonly keptIds: readonly string[];
  readonly rows: number;
}

/** Compares the tenant that was exported with what the import made. */
export async function compareTenants(
  spec: OracleSpec,
  source: OracleTenant,
  imported: OracleTenant,
): Promise<OracleVerdict> {
  const before = await readGraph(source.client, spec, source.key, "source");
  const after = await readGraph(imported.client, spec, imported.key, "imported");
  let differences: string[] = [];
  // The first colouring that tells them apart says best what is wrong: later ones spread it to all neighbours.
  for (const colours of refine([...before.nodes, ...after.nodes])) {
    differences = spec.tables.flatMap(({ name }) => {
      const only = difference(colours, rowsOf(before, name), rowsOf(after, name));
      return only === null ? [] : [`${name}: ${only}`];
    });
    if (differences.length > 0) break;
  }
  const isKept = ([name, ids]: [string, ReadonlySet<string>]) =>
    [...(after.ids.get(name) ?? [])].some((id) => ids.has(id));
  const keptIds = [...before.ids].filter(isKept);
  return { differences, keptIds: keptIds.map(([name]) => name), rows: before.nodes.length };
}

function rowsOf(graph: OracleGraph, table: string): OracleNode[] {
  return graph.nodes.filter((node) => node.table === table);
}

/** Colourings of all nodes, each finer than the one before, up to where neighbours tell nothing more apart. */
function* refine(nodes: readonly OracleNode[]): Generator<Map<OracleNode, number>> {
  const pointedAtBy = new Map<OracleNode, [OracleNode, number][]>();
  for (const node of nodes)
    node.pointers.forEach((target, at) => {
      if (typeof target === "string") return;
      pointedAtBy.set(target, [...(pointedAtBy.get(target) ?? []), [node, at]]);
    });
  let colours = paint(nodes, (node) => node.content);
  for (let count = 0; new Set(colours.values()).size > count; ) {
    yield colours;
    count = new Set(colours.values()).size;
    const last = colours;
    colours = paint(nodes, (node) => {
      const out = node.pointers.map((target) => (typeof target === "string" ? target : last.get(target)!));
      const into = (pointedAtBy.get(node) ?? []).map(
        ([from, at]) => `${from.table} ${at} ${last.get(from)!}`,
      );
      return JSON.stringify([last.get(node)!, out, into.sort()]);
    });
  }
}

/** Equal signatures, equal colours: the same numbers on both sides. */
function paint(
  nodes: readonly OracleNode[],
  signature: (node: OracleNode) => string,
): Map<OracleNode, number> {
  const known = new Map<string, number>();
  return new Map(
    nodes.map((node) => {
      const text = signature(node);
      const colour = known.get(text) ?? known.size;
      known.set(text, colour);
      return [node, colour];
    }),
  );
}

/** Null when equal; else how many rows have no counterpart, with the first of each side. */
function difference(
  colours: ReadonlyMap<OracleNode, number>,
  before: readonly OracleNode[],
  after: readonly OracleNode[],
): string | null {
  const left = new Map<number, OracleNode[]>();
  for (const node of before) left.set(colours.get(node)!, [...(left.get(colours.get(node)!) ?? []), node]);
  const unmatched = after.filter((node) => left.get(colours.get(node)!)?.pop() === undefined);
  const missing = [...left.values()].flat();
  if (missing.length === 0 && unmatched.length === 0) return null;
  const example = (node: OracleNode | undefined) => (node === undefined ? "" : ` such as ${say(node)}`);
  return `${missing.length} of ${before.length} rows without a counterpart${example(missing[0])}; ${unmatched.length} of ${after.length} imported ones${example(unmatched[0])}`;
}

function say(node: OracleNode): string {
  const pointers = node.pointers.map((target) => (typeof target === "string" ? target : `→ ${target.table}`));
  return `${node.content.slice(0, 400)} ${pointers.join(", ")}`;
}
