/** What an import's findings come to for a restore, which changes neither slug nor key nor domain. Pure. */
import type { Finding } from "../../findings/finding.ts";

const REMEDY: Readonly<Record<string, string>> = {
  "slug-taken":
    "A restore changes no name: have the other tenant give it up, or import the bundle under another slug.",
  "domain-taken":
    "A restore changes no name: have the other tenant give them up, or import the bundle with others.",
  "tenant-exists":
    "It is there again: delete it again from its page, or have an admin say there that it stays.",
};

/** The same findings, with what there is to do here. */
export function inRestoreWords(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) =>
    Object.hasOwn(REMEDY, finding.code) ? { ...finding, todo: REMEDY[finding.code]! } : finding,
  );
}

/** Of tables whose rows are not the bundle's after a restore: what is there is the tenant's, and nobody is let in. */
export function restoredDiffers(findings: readonly Finding[]): Finding[] {
  return findings
    .filter(({ severity }) => severity === "blocks")
    .map(({ where, count }) => ({
      code: "restored-differs",
      severity: "blocks",
      where,
      ...(count === undefined ? {} : { count }),
      what: "What is there is not what the bundle holds: somebody has written since the rows came back.",
      todo: "Compare the tenant with the bundle on the bundle's page, put back what was changed, then resume; or abort, and have an admin say on the tenant's page that it stays as it is.",
    }));
}
