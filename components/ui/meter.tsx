import { cn } from "./cn.ts";
import { formatShare } from "./quantities.ts";
import type { Tone } from "./status.tsx";

const FILL: Readonly<Record<Tone, string>> = {
  ok: "fill-ok",
  warn: "fill-warn",
  bad: "fill-bad",
  live: "fill-live",
  idle: "fill-line-strong",
};

export interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly of: number;
  readonly tone?: Tone;
  readonly className?: string;
}

/** How much of a whole, as a bar; its name says the same. An SVG, whose width is an attribute and no inline style. */
export function Meter({ label, value, of, tone = "live", className }: MeterProps) {
  const share = of > 0 ? Math.min(1, Math.max(0, value / of)) : 0;
  return (
    <svg
      role="img"
      aria-label={`${label}: ${formatShare(value, of)}`}
      className={cn("block h-1.5 w-full overflow-hidden rounded-sm bg-sunken", className)}
    >
      <rect height="100%" width={`${share * 100}%`} className={FILL[tone]} />
    </svg>
  );
}
