/** What a person types to show that they know what they ask for, compared where it counts: on the server. Pure. */
import type { Finding } from "../findings/finding.ts";
import type { AnyOperation } from "./operation.ts";
import type { OperationPlan } from "./plan.ts";

/** A number in it as people group it: `48 211`; a plain space, which a keyboard has. */
export function groupedCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, " ");
}

/** The phrase of a plan; null where nothing has to be typed. */
export function phraseOf(operation: Pick<AnyOperation, "phrase">, plan: OperationPlan): string | null {
  return operation.phrase?.(plan) ?? null;
}

/** Null where it is the phrase, or where none is asked for. */
export function phraseFinding(phrase: string | null, typed: string | undefined): Finding | null {
  if (phrase === null || (typed !== undefined && plainly(typed) === plainly(phrase))) return null;
  const empty = typed === undefined || typed.trim() === "";
  return {
    code: "phrase-differs",
    severity: "blocks",
    where: "phrase",
    what: empty ? "The phrase is missing." : "What you typed is not the phrase.",
    todo: `Type “${phrase}”.`,
  };
}

/** Spaces around and between words do not count; inside a number neither do spaces, commas, dots and apostrophes. */
function plainly(text: string): string {
  return text
    .trim()
    .replace(/\s+/g, " ")
    .replace(/(?<=\d)[ ,.'’](?=\d{3}(?!\d))/g, "");
}
