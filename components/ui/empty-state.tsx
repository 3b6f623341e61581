import type { ReactNode } from "react";

export interface EmptyStateProps {
  readonly title: string;
  /** Why it is empty, and the next step. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Nothing here: says so, why, and what to do next. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-2 px-3 py-6">
      <p className="text-base font-medium">{title}</p>
      <div className="max-w-prose text-ink-soft">{children}</div>
      {action}
    </div>
  );
}
