import { Meter } from "../ui/meter.tsx";
import { Rows } from "../ui/quantity.tsx";
import { Status, type Tone } from "../ui/status.tsx";
import type { TableProgress } from "./progress.model.ts";

const LOOK: Readonly<Record<TableProgress["state"], { readonly tone: Tone; readonly word: string }>> = {
  done: { tone: "ok", word: "done" },
  now: { tone: "live", word: "here" },
  waiting: { tone: "idle", word: "waiting" },
};

/** How far each table is. Those that are done and those that wait are folded when there are many. */
export function TableList({ tables }: { readonly tables: readonly TableProgress[] }) {
  if (tables.length === 0) return null;
  const now = tables.findIndex((table) => table.state === "now");
  const near = tables.slice(Math.max(0, now - 2), now + 4);
  const done = tables.filter((table) => table.state === "done").length;
  return (
    <div>
      <p className="text-ink-soft">
        {done} of {tables.length} tables done
      </p>
      <Lines tables={near} />
      {near.length < tables.length && (
        <details>
          <summary className="py-0.5 text-ink-soft hover:text-ink">All {tables.length} tables</summary>
          <Lines tables={tables} />
        </details>
      )}
    </div>
  );
}

function Lines({ tables }: { readonly tables: readonly TableProgress[] }) {
  return (
    <ul>
      {tables.map((table) => (
        <li key={table.table} className="flex flex-wrap items-center gap-x-3 py-0.5">
          <Status tone={LOOK[table.state].tone} className="w-20">
            {LOOK[table.state].word}
          </Status>
          <code className="min-w-0 break-all">{table.table}</code>
          {table.total !== null && (
            <span className="ml-auto flex items-center gap-3">
              <span className="hidden w-24 sm:block">
                <Meter label={table.table} value={table.rows ?? 0} of={table.total} />
              </span>
              <span className="text-right whitespace-nowrap">
                {table.rows !== null && (
                  <>
                    <Rows value={table.rows} bare /> <span className="text-ink-soft">of</span>{" "}
                  </>
                )}
                <Rows value={table.total} bare />
              </span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
