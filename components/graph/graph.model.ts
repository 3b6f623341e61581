/** What of a model is drawn, and what belongs together in the drawing. Pure. */
import type { GraphEdge, GraphTable } from "../../lib/queries/model-graph.ts";

export type GraphKind = "root" | "owned" | "common" | "global" | "excluded";

/** Each kind has a word, a sign and a colour: none of them stands alone. */
export const KINDS: Readonly<
  Record<GraphKind, { readonly word: string; readonly sign: string; readonly look: string }>
> = {
  root: { word: "the tenant itself", sign: "◆", look: "border-2 border-accent bg-accent-soft rounded-lg" },
  owned: { word: "owned", sign: "●", look: "border border-accent bg-surface rounded-md" },
  common: { word: "common", sign: "◐", look: "border border-live bg-live-soft rounded-full" },
  global: { word: "global", sign: "○", look: "border border-line-strong bg-sunken rounded-full" },
  excluded: {
    word: "excluded",
    sign: "⊘",
    look: "border border-dashed border-warn bg-warn-soft rounded-none",
  },
};

export function kindOf(table: Pick<GraphTable, "class" | "common">): GraphKind {
  switch (table.class) {
    case "root":
      return "root";
    case "direct":
    case "via":
      return "owned";
    case "global":
      return table.common ? "common" : "global";
    case "excluded":
      return "excluded";
  }
}

export interface GraphFilter {
  readonly text: string;
  /** Global and excluded tables: in a big model half of the lines lead to them. */
  readonly outside: boolean;
  readonly virtual: boolean;
  /**
   * Every reference, or only those by which a table belongs to another. Of 150 tables the others are a tangle, and so
   * are the lines to the tenant itself: they show for the table that is picked.
   */
  readonly all: boolean;
}

export interface Drawn {
  readonly tables: readonly GraphTable[];
  readonly edges: readonly GraphEdge[];
  /** Between what is drawn, those that are not drawn among them. */
  readonly known: readonly GraphEdge[];
  /** Tables that are left out, for the sentence that says so. */
  readonly hidden: number;
}

/**
 * The tables that fit, with their neighbours and their way to the tenant, so that a table that was searched for does
 * not stand alone. Lines only between what is drawn.
 */
export function drawnGraph(
  tables: readonly GraphTable[],
  edges: readonly GraphEdge[],
  { text, outside, virtual, all }: GraphFilter,
): Drawn {
  const known = edges.filter((edge) => (virtual || edge.declared) && edge.from !== edge.to);
  const wanted = tables.filter((table) => outside || isInside(table));
  const shown = new Set(wanted.map(({ id }) => id));
  const words = text.trim().toLowerCase();
  if (words !== "") {
    const hits = tables.filter(({ id }) => id.toLowerCase().includes(words));
    shown.clear();
    for (const { id, path } of hits) for (const each of [id, ...path]) shown.add(each);
    for (const { id } of hits)
      for (const { from, to } of known)
        if (from === id || to === id) {
          shown.add(from);
          shown.add(to);
        }
  }
  const between = known.filter(({ from, to }) => shown.has(from) && shown.has(to));
  const roots = new Set(tables.filter((table) => kindOf(table) === "root").map(({ id }) => id));
  return {
    tables: tables.filter(({ id }) => shown.has(id)),
    // What somebody searched for is few.
    edges:
      all || words !== ""
        ? between
        : between.filter(({ ownership, to }) => ownership !== null && !roots.has(to)),
    known: between,
    hidden: tables.length - shown.size,
  };
}

/** The tenant's own tables, and those that its rows are tied to by a natural key. */
function isInside(table: GraphTable): boolean {
  const kind = kindOf(table);
  return kind === "root" || kind === "owned" || kind === "common";
}

export function edgeId({ from, to, declared }: GraphEdge): string {
  return JSON.stringify([from, to, declared]);
}

/** The tables and lines along which a table's rows lead to their tenant, the table itself included. */
export function ownershipTrail(
  table: GraphTable,
  edges: readonly GraphEdge[],
): { readonly tables: ReadonlySet<string>; readonly edges: ReadonlySet<string> } {
  const stations = [table.id, ...table.path];
  const lines = new Set<string>();
  for (const [index, from] of stations.entries()) {
    const to = stations[index + 1];
    // From the last station the tenant's key itself leads to the root.
    const next = edges.filter((edge) =>
      to === undefined
        ? edge.from === from && edge.ownership === "along"
        : (edge.from === from && edge.to === to) ||
          (edge.from === to && edge.to === from && edge.ownership === "back"),
    );
    for (const edge of next) lines.add(edgeId(edge));
  }
  const ends = edges.filter((edge) => lines.has(edgeId(edge))).flatMap(({ from, to }) => [from, to]);
  return { tables: new Set([...stations, ...ends]), edges: lines };
}

/** A table in a sentence, for those who do not see the drawing. */
export function tableSentence(table: GraphTable): string {
  const parts = [
    KINDS[kindOf(table)].word,
    ...(table.path.length === 0 ? [] : [`through ${table.path.join(", ")}`]),
    ...(table.cycle === null ? [] : [`in cycle ${table.cycle}`]),
    ...(table.findings === 0 ? [] : [`${table.findings} findings`]),
  ];
  return `${table.id}: ${parts.join("; ")}`;
}
