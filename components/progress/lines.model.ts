/** Events that came twice, or late, in one order. Pure. */
import type { EventLine } from "../../lib/queries/event-line.ts";

/** More than anybody scrolls through; what is older stands in the audit trail. */
const KEPT = 500;

/** Each event once, by its id, the oldest first. */
export function mergeLines(known: readonly EventLine[], news: readonly EventLine[]): readonly EventLine[] {
  const last = known.at(-1)?.id ?? 0;
  if (news.every((line) => line.id > last)) return [...known, ...news].slice(-KEPT);
  const byId = new Map([...known, ...news].map((line) => [line.id, line]));
  return [...byId.values()].sort((a, b) => a.id - b.id).slice(-KEPT);
}
