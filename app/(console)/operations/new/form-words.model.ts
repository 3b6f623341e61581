/** Findings name the command line's options in what there is to do; on a form it is a field. Pure. */
import type { Gate } from "../../../../lib/engine/plan.ts";
import type { Finding } from "../../../../lib/findings/finding.ts";

const REMEDY: Readonly<Record<string, string>> = {
  "slug-taken": "Fill in a new slug.",
  "domain-taken": "Fill in a new name for each of these domains.",
  "new-key-needed": "Fill in a new key.",
  "new-key-not-taken": "Leave the new key empty.",
  "no-slug": "Leave the new slug empty.",
};

export interface Told {
  readonly findings: readonly Finding[];
  readonly gates: readonly Gate[];
}

/** The same, in the form's words. A closed gate only repeats the finding that closes it, where one does. */
export function inFormWords({ findings, gates }: Told): Told {
  const open = findings.filter((finding) => finding.code !== "gate-closed");
  const told = open.some((finding) => finding.severity === "blocks") ? open : findings;
  return {
    findings: told.map((finding) =>
      isOption(finding) ? { ...finding, todo: REMEDY[finding.code]! } : finding,
    ),
    gates: gates.map((gate) => ({ ...gate, detail: findings.reduce(reword, gate.detail) })),
  };
}

function reword(detail: string, finding: Finding): string {
  return isOption(finding) ? detail.replace(finding.todo!, REMEDY[finding.code]!) : detail;
}

/** What an operation says in words of its own is left as it is. */
function isOption({ code, todo }: Finding): boolean {
  return todo?.includes("--") === true && Object.hasOwn(REMEDY, code);
}
