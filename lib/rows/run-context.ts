/** What a run hands down to everything that it calls: how to stop, whom to tell, and where a crash may strike. */
import { plainly, type SideEffect } from "../bundle/stores/store.ts";

export interface RunContext {
  /** Aborted by SIGINT, by a pause or an abort: nothing more is begun, running statements are cancelled. */
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** Every side effect runs through here, by name; the crash tests end the process before and after each. */
  readonly sideEffect: SideEffect;
}

export interface Progress {
  /** What is being done, in a word: `reading`, `verifying`, `loading`, `checking`. */
  readonly phase: string;
  /** The table at hand by qualified name, where there is one. */
  readonly table: string | null;
  /** Done in this phase so far, over all tables. */
  readonly rows: number;
  readonly bytes: number;
  /** Expected in this phase, an estimate or exact; null where nobody knows. */
  readonly totalRows: number | null;
  /** What holds it up, where something does: `other exports of this database`. */
  readonly throttle?: string | null;
}

/** A context for callers that want none of it. */
export function quietContext(overrides: Partial<RunContext> = {}): RunContext {
  return { signal: new AbortController().signal, progress: () => {}, sideEffect: plainly, ...overrides };
}

/** An estimate that has turned out too small says nothing any more: no share of it, and no time that is left. */
export function unlessExceeded(totalRows: number | null, rows: number): number | null {
  return totalRows !== null && rows > totalRows ? null : totalRows;
}
