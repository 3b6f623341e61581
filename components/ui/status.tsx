import { CircleCheck, CircleDashed, CircleDot, type LucideIcon, OctagonX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** Four hues and a neutral one. Each has its icon, and the word beside it says the rest. */
export type Tone = "ok" | "warn" | "bad" | "live" | "idle";

const ICONS: Readonly<Record<Tone, LucideIcon>> = {
  ok: CircleCheck,
  warn: TriangleAlert,
  bad: OctagonX,
  live: CircleDot,
  idle: CircleDashed,
};

export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  live: "text-live",
  idle: "text-ink-soft",
};

export const TONE_SOFT: Readonly<Record<Tone, string>> = {
  ok: "bg-ok-soft text-ok border-ok/30",
  warn: "bg-warn-soft text-warn border-warn/30",
  bad: "bg-bad-soft text-bad border-bad/30",
  live: "bg-live-soft text-live border-live/30",
  idle: "bg-sunken text-ink-soft border-line",
};

export interface StatusProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** In a box, where it stands alone; without one in tables. */
  readonly boxed?: boolean;
  readonly icon?: LucideIcon;
  readonly className?: string;
}

/** A state: its hue, its icon, its word. */
export function Status({ tone, children, boxed = false, icon, className }: StatusProps) {
  const Icon = icon ?? ICONS[tone];
  return (
    <span
      className={cn(
        "inline-flex items-baseline gap-1.5 whitespace-nowrap",
        boxed ? `rounded-md border px-1.5 py-px font-medium ${TONE_SOFT[tone]}` : TONE_TEXT[tone],
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0 self-center" />
      <span>{children}</span>
    </span>
  );
}
