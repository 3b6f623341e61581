import type { Finding } from "../../lib/findings/finding.ts";
import { proposedLines } from "../../lib/tenancy/line-to-add.ts";
import { links } from "../links.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Findings } from "../ui/findings.tsx";

export interface ProposedFindingsProps {
  readonly platform: string;
  readonly findings: readonly Finding[];
  readonly mayChange: boolean;
}

/** Findings of a model, each with the lines that would answer it and the way to see what they do. */
export function ProposedFindings({ platform, findings, mayChange }: ProposedFindingsProps) {
  return (
    <Findings
      findings={findings}
      more={(finding) => <Proposals platform={platform} finding={finding} mayChange={mayChange} />}
    />
  );
}

function Proposals({
  platform,
  finding,
  mayChange,
}: {
  readonly platform: string;
  readonly finding: Finding;
  readonly mayChange: boolean;
}) {
  const lines = proposedLines(finding);
  if (lines.length === 0) return null;
  return (
    <ul className="my-1 flex flex-col gap-1">
      {lines.map(({ line, section, edit, complete }) => (
        <li key={`${section} ${line}`} className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 rounded-sm border bg-sunken px-1.5 font-mono text-xs leading-6 break-all">
            <span className="text-ink-soft">{section}: </span>
            {line}
          </span>
          {mayChange && (
            <ButtonLink href={links.modelEdit(platform, { edit: JSON.stringify(edit) })} size="sm">
              {complete ? "Add it…" : "Fill it in…"}
              <span className="sr-only">: {line}</span>
            </ButtonLink>
          )}
        </li>
      ))}
    </ul>
  );
}
