"use client";
import "@xyflow/react/dist/style.css";
import {
  Background,
  Controls,
  type Edge,
  MarkerType,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { useRouter } from "next/navigation";
import { type CSSProperties, useEffect, useMemo, useRef, useState } from "react";
import type { GraphEdge, GraphTable } from "../../lib/queries/model-graph.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Input } from "../ui/input.tsx";
import { formatNoun } from "../ui/quantities.ts";
import { type Drawn, drawnGraph, edgeId, KINDS, ownershipTrail, tableSentence } from "./graph.model.ts";
import { extentOf, layOut, NODE_HEIGHT, nodeWidth, type Places } from "./layout.ts";
import { type TableNode, TableNodeView } from "./table-node.tsx";

export interface ModelGraphProps {
  readonly tables: readonly GraphTable[];
  readonly edges: readonly GraphEdge[];
  /** Where each table is shown in full. */
  readonly hrefs: Readonly<Record<string, string>>;
}

/** A model larger than this begins without what is no tenant's, and without lines that say nothing of ownership. */
const MANY = 40;
/** A part that can be read is shown first, not all of it that cannot; on a phone, in pixels, larger than elsewhere. */
const NARROW = 640;
const READABLE = { narrow: 0.8, wide: 0.65 };
/** Width to height. */
const USUAL_ASPECT = 1.6;
/** Pixels around the drawing. */
const MARGIN = 20;
const NODE_TYPES = { table: TableNodeView };
/** The library's colours are of a light page. */
const LOOK = {
  "--xy-controls-button-background-color": "var(--surface)",
  "--xy-controls-button-background-color-hover": "var(--sunken)",
  "--xy-controls-button-color": "var(--ink)",
  "--xy-controls-button-color-hover": "var(--ink)",
  "--xy-controls-button-border-color": "var(--line)",
  "--xy-attribution-background-color": "transparent",
} as CSSProperties;
/** The library's own words speak of moving and deleting, which nothing here does. */
const WORDS = {
  "node.a11yDescription.default": "Its way to the tenant is lit. Press Enter for the table in full.",
  "node.a11yDescription.keyboardDisabled": "Its way to the tenant is lit. Press Enter for the table in full.",
  "edge.a11yDescription.default": "A reference between two tables.",
};

/** The model drawn. The list of tables says the same in words. */
export function ModelGraph(props: ModelGraphProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ tables, edges, hrefs }: ModelGraphProps) {
  const router = useRouter();
  const { fitView, setViewport } = useReactFlow();
  const box = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [outside, setOutside] = useState(tables.length <= MANY);
  const [virtual, setVirtual] = useState(true);
  const [all, setAll] = useState(tables.length <= MANY);
  const [picked, setPicked] = useState<string | null>(null);
  const [laid, setLaid] = useState<{ readonly drawn: Drawn; readonly places: Places } | null>(null);
  const drawn = useMemo(
    () => drawnGraph(tables, edges, { text, outside, virtual, all }),
    [tables, edges, text, outside, virtual, all],
  );
  useEffect(() => {
    let left = false;
    const { clientWidth = 0, clientHeight = 0 } = box.current ?? {};
    const aspect = clientHeight === 0 ? USUAL_ASPECT : clientWidth / clientHeight;
    void layOut(drawn.tables, drawn.edges, aspect).then((found) => {
      if (left) return;
      setLaid({ drawn, places: found });
      requestAnimationFrame(() => {
        const zoom = READABLE[window.innerWidth < NARROW ? "narrow" : "wide"];
        const { width, height } = extentOf(drawn.tables, found);
        const fits = width * zoom <= clientWidth && height * zoom <= clientHeight;
        if (fits) void fitView({ padding: 0.05, maxZoom: 1.2 });
        else void setViewport({ x: MARGIN, y: MARGIN, zoom });
      });
    });
    return () => {
      left = true;
    };
  }, [drawn, fitView, setViewport]);
  const places = laid?.places;

  const trail = useMemo(() => {
    const table = drawn.tables.find(({ id }) => id === picked);
    return table === undefined ? null : ownershipTrail(table, drawn.known);
  }, [drawn, picked]);
  const ofPicked = drawn.known.filter(
    (edge) => edge.from === picked || edge.to === picked || trail?.edges.has(edgeId(edge)),
  );
  const nodes: TableNode[] = drawn.tables.flatMap((table) => {
    const position = places?.get(table.id);
    if (position === undefined) return [];
    const lit = trail?.tables.has(table.id) ?? false;
    const size = { width: nodeWidth(table), height: NODE_HEIGHT };
    return {
      // Told, not measured: a node whose size is not known yet is hidden, and a hidden one loses the focus.
      ...size,
      measured: size,
      id: table.id,
      type: "table",
      position: { ...position },
      ariaLabel: tableSentence(table),
      data: { table, lit: lit && trail !== null, dim: trail !== null && !lit },
      draggable: false,
      connectable: false,
    };
  });
  const lines: Edge[] = [...new Set([...drawn.edges, ...ofPicked])].map((edge) => {
    const id = edgeId(edge);
    const lit = trail?.edges.has(id) ?? false;
    const colour =
      lit || (trail === null && edge.ownership !== null) ? "var(--accent)" : "var(--line-strong)";
    return {
      id,
      source: edge.from,
      target: edge.to,
      focusable: false,
      markerEnd: { type: MarkerType.ArrowClosed, color: colour },
      style: {
        stroke: colour,
        strokeWidth: lit ? 2.5 : edge.ownership === null ? 1 : 1.5,
        opacity: trail === null || lit ? 1 : edge.from === picked || edge.to === picked ? 0.7 : 0.15,
        ...(edge.declared ? {} : { strokeDasharray: "5 4" }),
      },
    };
  });
  const pickedTable = tables.find(({ id }) => id === picked);
  return (
    <div className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b p-2">
        <Input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="Table, with its neighbours"
          aria-label="Table, with its neighbours"
          className="sm:w-64"
        />
        <Checkbox
          label="Global and excluded tables"
          checked={outside}
          onChange={(event) => setOutside(event.target.checked)}
        />
        <Checkbox
          label="Virtual references"
          checked={virtual}
          onChange={(event) => setVirtual(event.target.checked)}
        />
        <Checkbox
          label="All references"
          checked={all}
          onChange={(event) => setAll(event.target.checked)}
          title="Left out: those to the tenant itself, and those that say nothing of ownership. They show for the table under the pointer."
        />
        <p className="text-ink-soft" role="status">
          {laid?.drawn !== drawn
            ? "laying out…"
            : `${formatNoun(drawn.tables.length, "table", "tables")} drawn${drawn.hidden > 0 ? `, ${drawn.hidden} left out` : ""}`}
        </p>
      </div>
      <div ref={box} className="h-[min(72vh,46rem)] min-h-80" style={LOOK}>
        <ReactFlow
          nodes={nodes}
          edges={lines}
          nodeTypes={NODE_TYPES}
          ariaLabelConfig={WORDS}
          minZoom={0.05}
          maxZoom={2}
          onlyRenderVisibleElements={drawn.tables.length > MANY}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          deleteKeyCode={null}
          onNodeMouseEnter={(_event, node) => setPicked(node.id)}
          onNodeMouseLeave={() => setPicked(null)}
          onNodeClick={(_event, node) => router.push(hrefs[node.id] ?? "")}
          onFocus={(event) => setPicked(focusedTable(event.target))}
          onBlur={() => setPicked(null)}
          onKeyDown={(event) => {
            const table = focusedTable(event.target as Element);
            if (event.key === "Enter" && table !== null) router.push(hrefs[table] ?? "");
          }}
          aria-label="Graph of the model's tables"
        >
          <Background color="var(--line)" gap={24} />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 border-t px-3 py-2 text-ink-soft">
        <Legend />
        <p className="min-h-5 text-ink" aria-live="polite">
          {pickedTable === undefined ? "" : tableSentence(pickedTable)}
        </p>
      </div>
    </div>
  );
}

/** The table that has the focus: the wrapper of its node carries the id. */
function focusedTable(target: Element): string | null {
  return target.closest(".react-flow__node")?.getAttribute("data-id") ?? null;
}

function Legend() {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1" aria-label="Signs">
      {Object.values(KINDS).map(({ word, sign }) => (
        <li key={word}>
          <span aria-hidden>{sign}</span> {word}
        </li>
      ))}
      <li>
        <span aria-hidden>↻</span> in a cycle
      </li>
      <li>
        <span aria-hidden>△</span> findings
      </li>
      <li>
        <span aria-hidden>──▸</span> foreign key
      </li>
      <li>
        <span aria-hidden>╌╌▸</span> virtual reference
      </li>
    </ul>
  );
}
