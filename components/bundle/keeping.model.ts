/** How long a bundle is kept, in words. Pure. */
import type { Retention } from "../../lib/operations/bundles/retention.ts";

const WORDS: Readonly<Record<Retention, string>> = {
  month: "30 days",
  quarter: "three months",
  year: "a year",
  decade: "ten years",
  always: "until somebody removes it",
};

/** The longest last. */
export const RETENTION_CHOICES = Object.entries(WORDS).map(([value, label]) => ({ value, label }));

/** Said of a bundle: by what rests on it, by its class, or by the days that its export was given. */
export function keptWords(retention: Retention | null, expires: boolean, needed = false): string {
  if (needed) return "as long as its tenant, which was deleted, can be brought back from it";
  if (retention !== null) return WORDS[retention];
  return expires ? "as its export was asked for" : WORDS.always;
}
