/** Two texts line by line, with what is the same folded away but for a few lines around. Pure. */
import { type SequenceStep, sequenceDiff } from "../../lib/tenancy/sequence-diff.ts";

export type DiffLine =
  | (SequenceStep<string> & { readonly kind: "line" })
  | { readonly kind: "fold"; readonly lines: number; readonly at: number };

/** Lines shown before and after each difference. */
const CONTEXT = 3;

/** Empty where the texts are equal. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const steps = sequenceDiff(linesOf(before), linesOf(after));
  const near = steps.map(() => false);
  for (const [index, step] of steps.entries())
    if (step.sign !== "same")
      for (let at = Math.max(0, index - CONTEXT); at <= Math.min(steps.length - 1, index + CONTEXT); at++)
        near[at] = true;
  if (!near.includes(true)) return [];
  const shown: DiffLine[] = [];
  for (const [index, step] of steps.entries()) {
    const last = shown.at(-1);
    if (near[index]) shown.push({ ...step, kind: "line" });
    else if (last?.kind === "fold") shown[shown.length - 1] = { ...last, lines: last.lines + 1 };
    else shown.push({ kind: "fold", lines: 1, at: index });
  }
  return shown;
}

/** How many lines each side has of its own. */
export function lineCounts(
  before: string,
  after: string,
): { readonly added: number; readonly removed: number } {
  const steps = sequenceDiff(linesOf(before), linesOf(after));
  const count = (sign: string) => steps.filter((step) => step.sign === sign).length;
  return { added: count("added"), removed: count("removed") };
}

/** The line end at the end of a text begins no further line. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
