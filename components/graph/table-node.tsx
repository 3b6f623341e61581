"use client";
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import type { GraphTable } from "../../lib/queries/model-graph.ts";
import { cn } from "../ui/cn.ts";
import { KINDS, kindOf } from "./graph.model.ts";
import { NODE_HEIGHT, nodeWidth } from "./layout.ts";

export type TableNode = Node<
  { readonly table: GraphTable; readonly dim: boolean; readonly lit: boolean },
  "table"
>;

/** A table: its kind as a sign, a shape and a colour; a cycle and findings beside its name. */
export function TableNodeView({ data: { table, dim, lit } }: NodeProps<TableNode>) {
  const { sign, look } = KINDS[kindOf(table)];
  return (
    <div
      style={{ width: nodeWidth(table), height: NODE_HEIGHT }}
      className={cn(
        "flex items-center gap-1.5 px-2 text-xs text-ink",
        look,
        dim && "opacity-30",
        lit && "outline-2 outline-offset-1 outline-accent",
      )}
    >
      <Handle type="target" position={Position.Right} isConnectable={false} className="opacity-0" />
      <span aria-hidden>{sign}</span>
      <span className="min-w-0 truncate font-mono">{table.name}</span>
      {table.cycle !== null && (
        <span className="ml-auto shrink-0 text-warn" title={`In cycle ${table.cycle}`}>
          ↻{table.cycle}
        </span>
      )}
      {table.findings > 0 && (
        <span className={cn("shrink-0 text-warn", table.cycle === null && "ml-auto")} title="Has findings">
          △{table.findings}
        </span>
      )}
      <Handle type="source" position={Position.Left} isConnectable={false} className="opacity-0" />
    </div>
  );
}
