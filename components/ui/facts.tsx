import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** Facts, one a line: what on the left, its value on the right. */
export function Facts({
  facts,
  className,
}: {
  readonly facts: readonly Fact[];
  readonly className?: string;
}) {
  return (
    <dl className={cn("grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1", className)}>
      {facts.map((fact) => (
        <div key={fact.label} className="contents">
          <dt className="text-ink-soft">{fact.label}</dt>
          <dd className="min-w-0 break-words">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
