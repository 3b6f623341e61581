import type { ReactNode } from "react";
import { Link } from "../ui/link.tsx";
import { Panel } from "../ui/panel.tsx";
import { formatCount } from "../ui/quantities.ts";

export interface AttentionProps {
  readonly id: string;
  readonly title: string;
  readonly total: number;
  readonly shown: number;
  /** Where all of them are. */
  readonly more: string;
  readonly children: ReactNode;
}

/** One reason to act: how many, the first few, and the way to the rest. Not there where there is none. */
export function Attention({ id, title, total, shown, more, children }: AttentionProps) {
  if (total === 0) return null;
  return (
    <Panel
      id={id}
      flush
      title={
        <>
          {title} <span className="font-normal text-ink-soft">{formatCount(total)}</span>
        </>
      }
      aside={
        total > shown ? (
          <Link href={more} className="link">
            all {formatCount(total)}
          </Link>
        ) : undefined
      }
    >
      <ul className="divide-y divide-line">{children}</ul>
    </Panel>
  );
}

export interface AttentionLineProps {
  readonly href: string;
  readonly title: ReactNode;
  readonly state?: ReactNode;
  readonly children: ReactNode;
}

/** What it is, how it stands, and the rest in small print; the title leads to it. */
export function AttentionLine({ href, title, state, children }: AttentionLineProps) {
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 px-3 py-1.5 hover:bg-sunken/60">
      <span className="flex min-w-0 flex-wrap gap-x-3 break-words">
        <Link href={href} className="link font-medium">
          {title}
        </Link>
        {state}
      </span>
      <span className="text-ink-soft">{children}</span>
    </li>
  );
}
