"use client";
import { Area, AreaChart, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { formatCount } from "../ui/quantities.ts";
import { plotInWords, type RatePoint } from "./progress.model.ts";

/** Rows per second over the last two minutes; the sentence under it says the same. */
export function RatePlot({ points }: { readonly points: readonly RatePoint[] }) {
  const words = plotInWords(points);
  if (words === null) return null;
  return (
    <figure>
      <div aria-hidden className="h-24 w-full text-live">
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart
            data={[...points]}
            margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <XAxis
              dataKey="ago"
              type="number"
              reversed
              domain={[0, "dataMax"]}
              tickFormatter={(ago: number) => (ago === 0 ? "now" : `−${ago} s`)}
              tick={{ fontSize: 11, fill: "var(--ink-soft)" }}
              stroke="var(--line-strong)"
              minTickGap={40}
            />
            <YAxis
              width={64}
              domain={[0, "auto"]}
              tickFormatter={(rate: number) => formatCount(rate)}
              tick={{ fontSize: 11, fill: "var(--ink-soft)" }}
              stroke="var(--line-strong)"
            />
            <Area
              dataKey="rowsPerSecond"
              type="stepAfter"
              stroke="var(--live)"
              fill="var(--live-soft)"
              isAnimationActive={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <figcaption className="text-xs text-ink-soft">{words}</figcaption>
    </figure>
  );
}
