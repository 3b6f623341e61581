import type { ReactNode } from "react";
import { Count } from "./badge.tsx";
import { cn } from "./cn.ts";
import { Link } from "./link.tsx";

export interface TabLink {
  readonly href: string;
  readonly title: ReactNode;
  readonly current: boolean;
  readonly count?: number;
}

/** Tabs that are links: each has an address, Back works, and they work without scripts. */
export function TabLinks({ label, tabs }: { readonly label: string; readonly tabs: readonly TabLink[] }) {
  return (
    <nav aria-label={label} className="flex gap-1 overflow-x-auto border-b">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.current ? "page" : undefined}
          className={cn(
            "inline-flex items-center gap-1.5 border-b-2 px-2 py-1.5 whitespace-nowrap",
            tab.current ? "border-accent text-ink" : "border-transparent text-ink-soft hover:text-ink",
          )}
        >
          {tab.title}
          {tab.count !== undefined && <Count value={tab.count} label="entries" />}
        </Link>
      ))}
    </nav>
  );
}
