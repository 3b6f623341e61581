/** Where the tables stand: layers by elk, in a worker where the browser gives one, else on the page's own thread. */
import type { ELK as Elk, ElkNode } from "elkjs/lib/elk-api.js";
import type { GraphEdge, GraphTable } from "../../lib/queries/model-graph.ts";
import { edgeId } from "./graph.model.ts";

export const NODE_HEIGHT = 30;

/** As wide as its name in 11-px mono, and the sign before it. */
export function nodeWidth({ name }: Pick<GraphTable, "name">): number {
  return Math.min(280, 58 + name.length * 7);
}

export type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

/** From the upper left corner, where elk begins. */
export function extentOf(
  tables: readonly Pick<GraphTable, "id" | "name">[],
  places: Places,
): { readonly width: number; readonly height: number } {
  const corners = tables.flatMap((table) => {
    const place = places.get(table.id);
    return place === undefined ? [] : [{ x: place.x + nodeWidth(table), y: place.y + NODE_HEIGHT }];
  });
  return {
    width: Math.max(0, ...corners.map(({ x }) => x)),
    height: Math.max(0, ...corners.map(({ y }) => y)),
  };
}

/** From the tenant on the left to what leads to it over ever more tables on the right. */
const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "LEFT",
  "elk.layered.spacing.nodeNodeBetweenLayers": "70",
  "elk.spacing.nodeNode": "14",
  "elk.spacing.componentComponent": "30",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  // What has no line to the rest stands in the order of names, not of sizes.
  "elk.layered.considerModelOrder.components": "MODEL_ORDER",
};

/** Longer than this and the worker has not started: a policy or a proxy is in its way. */
const WORKER_PATIENCE_MS = 20_000;

let engine: Promise<Elk> | null = null;

/**
 * Places of the tables' upper left corners.
 *
 * @param aspect width to height of the place where it is shown
 */
export async function layOut(
  tables: readonly GraphTable[],
  edges: readonly GraphEdge[],
  aspect: number,
): Promise<Places> {
  const graph: ElkNode = {
    id: "model",
    layoutOptions: { ...OPTIONS, "elk.aspectRatio": String(aspect) },
    children: tables.map((table) => ({ id: table.id, width: nodeWidth(table), height: NODE_HEIGHT })),
    edges: edges.map((edge) => ({ id: edgeId(edge), sources: [edge.from], targets: [edge.to] })),
  };
  engine ??= workerEngine();
  const laid = await withPatience(engine.then((elk) => elk.layout(graph))).catch(async () => {
    engine = pageEngine();
    return (await engine).layout(graph);
  });
  return new Map((laid.children ?? []).map((node) => [node.id, { x: node.x ?? 0, y: node.y ?? 0 }]));
}

async function workerEngine(): Promise<Elk> {
  const { default: ELK } = await import("elkjs/lib/elk-api.js");
  return new ELK({
    workerFactory: () => new Worker(new URL("elkjs/lib/elk-worker.min.js", import.meta.url)),
  });
}

/** The same engine without a worker: 150 tables take about a second. */
async function pageEngine(): Promise<Elk> {
  const { default: ELK } = await import("elkjs/lib/elk.bundled.js");
  return new ELK();
}

function withPatience<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("no answer")), WORKER_PATIENCE_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
