import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** A short word in a box without a status of its own: a role, a class of a column. */
export function Badge({
  children,
  className,
}: {
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <span
      className={cn(
        "inline-flex items-center rounded-sm border bg-sunken px-1 text-xs text-ink-soft whitespace-nowrap",
        className,
      )}
    >
      {children}
    </span>
  );
}

/** How many wait, beside the word that says for what. Nothing where none do. */
export function Count({ value, label }: { readonly value: number; readonly label: string }) {
  if (value === 0) return null;
  return (
    <span className="inline-flex min-w-4 items-center justify-center rounded-full bg-accent px-1 text-xs leading-4 font-medium text-accent-ink">
      {value > 99 ? "99+" : value}
      <span className="sr-only"> {label}</span>
    </span>
  );
}
