"use client";
import { useEffect, useState } from "react";
import { Bar, BarChart, LabelList, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { formatBytes, formatRows } from "../ui/quantities.ts";
import type { BarMeasure, Bar as TableBar } from "./table-sizes.model.ts";

const BAR_PX = 24;

export interface TableSizesChartProps {
  readonly bars: readonly TableBar[];
  /** What the length of a bar says. */
  readonly by?: BarMeasure;
}

/** Bytes or rows per table as bars, each with its numbers beside it. The table below it says the same in text. */
export function TableSizesChart({ bars, by = "bytes" }: TableSizesChartProps) {
  // The picture is measured before it is drawn: on the server there is nothing to measure.
  const [measurable, setMeasurable] = useState(false);
  useEffect(() => setMeasurable(true), []);
  const height = bars.length * BAR_PX + 8;
  const named = bars.map((bar) => {
    const says = [formatBytes(bar.bytes), formatRows(bar.rows)];
    return { ...bar, says: (by === "bytes" ? says : says.toReversed()).join(" · ") };
  });
  const longest = Math.max(...bars.map((bar) => bar.label.length));
  return (
    <figure
      role="img"
      aria-label={`${by === "bytes" ? "Size" : "Rows"} per table: ${named.map((bar) => `${bar.label} ${bar.says}`).join(", ")}`}
      className="needs-script px-3 py-2"
      style={{ height: height + 16 }}
    >
      {measurable && (
        <ResponsiveContainer width="100%" height={height}>
          <BarChart
            data={named}
            layout="vertical"
            margin={{ top: 0, right: 150, bottom: 0, left: 0 }}
            accessibilityLayer={false}
            barCategoryGap={5}
          >
            <XAxis type="number" hide domain={[0, "dataMax"]} />
            <YAxis
              type="category"
              dataKey="label"
              width={Math.min(190, longest * 7.2 + 12)}
              axisLine={false}
              tickLine={false}
              interval={0}
              tick={{ fill: "var(--ink)", fontSize: 12, fontFamily: "var(--font-mono)" }}
            />
            <Bar
              dataKey={by}
              fill="var(--accent)"
              isAnimationActive={false}
              radius={[0, 2, 2, 0]}
              minPointSize={1}
            >
              <LabelList dataKey="says" position="right" fill="var(--ink-soft)" fontSize={12} />
            </Bar>
          </BarChart>
        </ResponsiveContainer>
      )}
    </figure>
  );
}
