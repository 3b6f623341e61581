import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface PanelProps {
  readonly title: ReactNode;
  /** Beside the title: a count, a link to more. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Without padding, for a table or a list of its own. */
  readonly flush?: boolean;
  readonly id?: string;
  readonly className?: string;
}

/** A part of a page with a border and a title. */
export function Panel({ title, aside, children, flush = false, id, className }: PanelProps) {
  return (
    <section id={id} className={cn("min-w-0 rounded-lg border bg-surface", className)}>
      <header className="flex min-h-9 flex-wrap items-center justify-between gap-x-3 border-b px-3 py-1">
        <h2 className="font-semibold">{title}</h2>
        {aside !== undefined && <div className="text-ink-soft">{aside}</div>}
      </header>
      <div className={flush ? "" : "p-3"}>{children}</div>
    </section>
  );
}
