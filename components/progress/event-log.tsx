import type { EventLine } from "../../lib/queries/event-line.ts";
import { Time } from "../ui/time.tsx";

/** Shown without unfolding. */
const OPEN = 8;

/** What happened, the latest first. */
export function EventLog({ lines }: { readonly lines: readonly EventLine[] }) {
  const latest = lines.toReversed();
  if (latest.length === 0) return <p className="p-3 text-ink-soft">Nothing has happened yet.</p>;
  return (
    <div className="px-3 py-1.5">
      <Lines lines={latest.slice(0, OPEN)} />
      {latest.length > OPEN && (
        <details>
          <summary className="py-0.5 text-ink-soft hover:text-ink">{latest.length - OPEN} earlier</summary>
          <Lines lines={latest.slice(OPEN)} />
        </details>
      )}
    </div>
  );
}

function Lines({ lines }: { readonly lines: readonly EventLine[] }) {
  return (
    <ol>
      {lines.map((line) => (
        <li key={line.id} className="flex gap-x-3 py-0.5">
          <span className="shrink-0 text-ink-soft">
            <Time at={line.at} precision="second" />
          </span>
          <span className="min-w-0 break-words">{line.text}</span>
        </li>
      ))}
    </ol>
  );
}
