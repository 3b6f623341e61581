import { Info, type LucideIcon, OctagonX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Finding, Severity } from "../../lib/findings/finding.ts";
import { formatCount } from "./quantities.ts";
import { TONE_TEXT, type Tone } from "./status.tsx";

const LOOK: Readonly<
  Record<Severity, { readonly tone: Tone; readonly icon: LucideIcon; readonly word: string }>
> = {
  blocks: { tone: "bad", icon: OctagonX, word: "blocks" },
  warns: { tone: "warn", icon: TriangleAlert, word: "warns" },
  notes: { tone: "idle", icon: Info, word: "notes" },
};

const ORDER: readonly Severity[] = ["blocks", "warns", "notes"];

export interface FindingsProps {
  readonly findings: readonly Finding[];
  /** What a page adds to one, under what to do. */
  readonly more?: (finding: Finding) => ReactNode;
}

/** Findings, those that block first: what, where, how many, and what to do. */
export function Findings({ findings, more }: FindingsProps) {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return (
    <ul className="divide-y divide-line">
      {sorted.map((finding) => (
        <OneFinding key={`${finding.code} ${finding.where} ${finding.what}`} finding={finding} more={more} />
      ))}
    </ul>
  );
}

function OneFinding({ finding, more }: { readonly finding: Finding } & Pick<FindingsProps, "more">) {
  const { tone, icon: Icon, word } = LOOK[finding.severity];
  return (
    <li className="flex gap-2 py-1.5">
      <span className={TONE_TEXT[tone]}>
        <Icon aria-hidden className="mt-[3px] size-3.5" />
        <span className="sr-only">{word}: </span>
      </span>
      <div className="min-w-0">
        <p className="break-words">{finding.what}</p>
        {finding.todo !== undefined && <p className="break-words text-ink-soft">{finding.todo}</p>}
        {more?.(finding)}
        <p className="text-xs text-ink-soft">
          <span className={TONE_TEXT[tone]}>{word}</span> · <code>{finding.code}</code> ·{" "}
          <code className="break-all">{finding.where}</code>
          {finding.count !== undefined && ` · ${formatCount(finding.count)}`}
        </p>
      </div>
    </li>
  );
}
