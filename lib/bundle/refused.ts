/** Refusals of a bundle: what is wrong with the file, said as findings that block. */
import { type Finding, Refusal } from "../findings/finding.ts";

/** What a finding calls the file as a whole, where it cannot name a member. */
export const WHOLE_BUNDLE = "the bundle";

/** What every finding about a damaged or altered file advises. */
export const FETCH_AGAIN = "Fetch the file again from where it was exported, or export again.";

/** A finding about the file that stops whatever was to be done with it. */
export function bundleFinding(code: string, where: string, what: string, todo = FETCH_AGAIN): Finding {
  return { code, severity: "blocks", where, what, todo };
}

/** The refusal to throw; `cause` keeps the decompressor's or the parser's own error. */
export function refused(code: string, where: string, what: string, todo?: string, cause?: unknown): Refusal {
  return new Refusal(bundleFinding(code, where, what, todo), cause === undefined ? undefined : { cause });
}

/** The file ends before it is complete. */
export function truncated(where = WHOLE_BUNDLE): Refusal {
  return refused("bundle-truncated", where, "The file ends in the middle: it was not written to its end.");
}

/** A name out of a stranger's file, fit to be printed: one line, printable ASCII, at most 100 characters. */
export function printable(name: string): string {
  const clean = name.replace(/[^\x20-\x7e]/g, "?");
  return clean.length > 100 ? `${clean.slice(0, 97)}...` : clean || "(empty name)";
}
