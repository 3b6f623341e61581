import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { TONE_SOFT, type Tone } from "./status.tsx";

/** One line that must be seen: across the page, or above a panel. */
export function Banner({
  tone,
  children,
  className,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <div role="status" className={cn("rounded-md border px-3 py-2", TONE_SOFT[tone], className)}>
      {children}
    </div>
  );
}
