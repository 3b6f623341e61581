/**
 * A finding: one typed fact about a problem. Preflight, dry run, import, compare, verify and tests all speak
 * in findings; throwing is for bugs.
 */

/** `blocks` stops the operation; `warns` is shown before it; `notes` is for the record. */
export type Severity = "blocks" | "warns" | "notes";

export interface Finding {
  /** Stable reason code in kebab-case, never reworded: `slug-taken`, `ledger-differs`. */
  readonly code: string;
  readonly severity: Severity;
  /** What it is about: a table or column by qualified name, a file, a member of a bundle. */
  readonly where: string;
  /** How many rows, columns or members are concerned, where that is a number. */
  readonly count?: number;
  /** One sentence: what is the matter. Never a row's value and never a connection string. */
  readonly what: string;
  /** One sentence: what the reader can do about it, with the line to add or the command to type. */
  readonly todo?: string;
}

/** Whether any of the findings stops the operation. */
export function blocks(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "blocks");
}

/** Each once: what a plan finds, a run may find again, and a step that is begun again once more. */
export function toldOnce(findings: readonly Finding[]): Finding[] {
  const byText = new Map(
    findings.map((finding) => [JSON.stringify([finding.code, finding.where, finding.what]), finding]),
  );
  return [...byText.values()];
}

/**
 * An expected refusal carried through code that cannot return a value (a stream's callback, a nested
 * transaction): caught at the operation's edge and shown as its findings.
 */
export class Refusal extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[] | Finding, options?: ErrorOptions) {
    const list = Array.isArray(findings) ? (findings as readonly Finding[]) : [findings as Finding];
    super(list.map((finding) => `${finding.where}: ${finding.what}`).join("\n"), options);
    this.name = "Refusal";
    this.findings = list;
  }
}
