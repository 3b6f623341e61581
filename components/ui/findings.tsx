import { Info, type LucideIcon, OctagonX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Finding, Severity } from "../../lib/findings/finding.ts";
import { type FindingGroup, groupFindings, placesInBrief } from "./findings.model.ts";
import { formatCount } from "./quantities.ts";
import { TONE_TEXT, type Tone } from "./status.tsx";

const LOOK: Readonly<
  Record<
    Severity,
    {
      readonly tone: Tone;
      readonly icon: LucideIcon;
      readonly word: string;
      /** After their number. */
      readonly many: string;
    }
  >
> = {
  blocks: { tone: "bad", icon: OctagonX, word: "blocks", many: "findings block" },
  warns: { tone: "warn", icon: TriangleAlert, word: "warns", many: "findings warn" },
  notes: { tone: "idle", icon: Info, word: "notes", many: "notes" },
};

export interface FindingsProps {
  readonly findings: readonly Finding[];
  /** What a page adds to one, under what to do. */
  readonly more?: (finding: Finding) => ReactNode;
}

/** Findings, those that block first: what, where, how many, and what to do. Many of one code are one entry. */
export function Findings({ findings, more }: FindingsProps) {
  return (
    <ul className="divide-y divide-line">
      {groupFindings(findings).map((group) => {
        const [first] = group.findings;
        return group.findings.length > 1 ? (
          <ManyFindings key={group.key} group={group} more={more} />
        ) : (
          <OneFinding key={group.key} finding={first!} more={more} />
        );
      })}
    </ul>
  );
}

function OneFinding({ finding, more }: { readonly finding: Finding } & Pick<FindingsProps, "more">) {
  const { tone, word } = LOOK[finding.severity];
  return (
    <Entry severity={finding.severity}>
      <p className="break-words">
        <span className="sr-only">{word}: </span>
        {finding.what}
      </p>
      {finding.todo !== undefined && <p className="break-words text-ink-soft">{finding.todo}</p>}
      {more?.(finding)}
      <p className="text-xs text-ink-soft">
        <span className={TONE_TEXT[tone]}>{word}</span> · <code>{finding.code}</code> ·{" "}
        <Place finding={finding} />
      </p>
    </Entry>
  );
}

/** Says first how many there are, and of which weight; where each of them is can be opened. */
function ManyFindings({ group, more }: { readonly group: FindingGroup } & Pick<FindingsProps, "more">) {
  const { tone, many } = LOOK[group.severity];
  return (
    <Entry severity={group.severity}>
      <p className="break-words">
        <span className={`font-medium ${TONE_TEXT[tone]}`}>
          {formatCount(group.findings.length)} {many}:
        </span>{" "}
        {group.what ?? "what is the matter with each stands below."}
      </p>
      {group.todo !== null && <p className="break-words text-ink-soft">{group.todo}</p>}
      <details open={group.what === null}>
        <summary className="py-0.5 break-words text-ink-soft hover:text-ink">
          <code className="text-xs">{group.code}</code> · {placesInBrief(group)}
        </summary>
        <ul className="mb-1 divide-y divide-line border-l pl-3">
          {group.findings.map((finding) => (
            <OneOfMany key={`${finding.where} ${finding.what}`} finding={finding} group={group} more={more} />
          ))}
        </ul>
      </details>
    </Entry>
  );
}

/** What it has for itself: the rest its group has said. */
function OneOfMany({
  finding,
  group,
  more,
}: {
  readonly finding: Finding;
  readonly group: FindingGroup;
} & Pick<FindingsProps, "more">) {
  const { what, todo } = finding;
  return (
    <li className="py-1">
      <p>
        <Place finding={finding} />
      </p>
      {what !== group.what && <p className="break-words text-ink-soft">{what}</p>}
      {todo !== undefined && group.todo === null && <p className="break-words text-ink-soft">{todo}</p>}
      {more?.(finding)}
    </li>
  );
}

function Entry({ severity, children }: { readonly severity: Severity; readonly children: ReactNode }) {
  const { tone, icon: Icon } = LOOK[severity];
  return (
    <li className="flex gap-2 py-1.5">
      <span className={TONE_TEXT[tone]}>
        <Icon aria-hidden className="mt-[3px] size-3.5" />
      </span>
      <div className="min-w-0">{children}</div>
    </li>
  );
}

function Place({ finding: { where, count } }: { readonly finding: Finding }) {
  return (
    <>
      <code className="wrap-anywhere">{where}</code>
      {count !== undefined && ` · ${formatCount(count)}`}
    </>
  );
}
