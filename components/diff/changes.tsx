import type { Change } from "../../lib/engine/what-changed.ts";
import { TONE_TEXT, type Tone } from "../ui/status.tsx";

const LOOK: Readonly<Record<Change["sign"], { readonly sign: string; readonly tone: Tone }>> = {
  added: { sign: "+", tone: "ok" },
  removed: { sign: "−", tone: "bad" },
  changed: { sign: "~", tone: "warn" },
};

/** What is different between two plans, line by line; each line has its sign and its word. */
export function Changes({ changes }: { readonly changes: readonly Change[] }) {
  if (changes.length === 0) {
    return <p className="text-ink-soft">Nothing: it would do exactly what was approved.</p>;
  }
  return (
    <ul className="divide-y divide-line">
      {changes.map((change) => (
        <li key={`${change.what} ${change.before} ${change.after}`} className="flex gap-2 py-1">
          <span className={`w-20 shrink-0 ${TONE_TEXT[LOOK[change.sign].tone]}`}>
            <span aria-hidden className="inline-block w-4 font-mono">
              {LOOK[change.sign].sign}
            </span>
            {change.sign}
          </span>
          <span className="min-w-0 break-words">
            <code>{change.what}</code>
            <span className="block">
              {change.before !== null && <del className="text-ink-soft">{change.before}</del>}
              {change.before !== null && change.after !== null && <span aria-hidden> → </span>}
              {change.after !== null && <ins className="no-underline">{change.after}</ins>}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
