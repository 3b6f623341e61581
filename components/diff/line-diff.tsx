import { cn } from "../ui/cn.ts";
import { formatNoun } from "../ui/quantities.ts";
import { lineCounts, lineDiff } from "./line-diff.model.ts";

const LOOK = {
  same: { sign: " ", word: "", className: "" },
  added: { sign: "+", word: "added: ", className: "bg-ok-soft text-ok" },
  removed: { sign: "−", word: "removed: ", className: "bg-bad-soft text-bad" },
} as const;

/** What is different between two texts; each line has its sign, and its word for those who do not see it. */
export function LineDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = lineDiff(before, after);
  if (lines.length === 0) return <p className="text-ink-soft">No line is different.</p>;
  const { added, removed } = lineCounts(before, after);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-ink-soft">
        {formatNoun(added, "line", "lines")} added, {removed} removed
      </figcaption>
      <section
        aria-label="Lines that are different"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto rounded-md border font-mono text-xs leading-5"
      >
        <ol className="min-w-max">
          {lines.map((line) =>
            line.kind === "fold" ? (
              <li key={`fold ${line.at}`} className="bg-sunken px-2 text-ink-soft">
                ⋯ {formatNoun(line.lines, "line", "lines")} as before
              </li>
            ) : (
              <li
                key={`${line.sign} ${line.before} ${line.after}`}
                className={cn("flex whitespace-pre", LOOK[line.sign].className)}
              >
                <span aria-hidden className="w-10 shrink-0 pr-2 text-right text-ink-soft select-none">
                  {(line.after ?? line.before ?? 0) + 1}
                </span>
                <span aria-hidden className="w-4 shrink-0">
                  {LOOK[line.sign].sign}
                </span>
                <span className="sr-only">{LOOK[line.sign].word}</span>
                <span>{line.value}</span>
              </li>
            ),
          )}
        </ol>
      </section>
    </figure>
  );
}
