/** What a measured statement's facts are called on a page. Pure. */
import type { Lock, MeasuredStatement } from "../../lib/migrations/facts.ts";
import type { Touched } from "../../lib/migrations/judge/concerns.ts";
import type { MigrationClass, Reversible } from "../../lib/migrations/judge/judge.ts";
import { keepsOut } from "../../lib/migrations/lock-modes.ts";
import type { ReplayView } from "../../lib/queries/measured-migrations.ts";
import type { Tone } from "../ui/status.tsx";

export const CLASS_TONE: Readonly<Record<MigrationClass, Tone>> = {
  additive: "ok",
  blocking: "warn",
  rewrite: "warn",
  destructive: "bad",
};

export const CLASS_MEANS: Readonly<Record<MigrationClass, string>> = {
  additive: "Adds, or changes only the catalog: nobody waits for longer than a moment, nothing is lost.",
  blocking: "Somebody waits for as long as rows are read or written.",
  rewrite: "Every row of a table is written anew while nobody gets at it.",
  destructive: "Rows, columns, objects, or the names by which the running release knows them, are gone.",
};

export const REVERSIBLE: Readonly<Record<Reversible["is"], string>> = {
  yes: "Can be undone",
  perhaps: "Can perhaps be undone",
  no: "Cannot be undone",
};

/** What it does to a table, in words: `ACCESS EXCLUSIVE, rewrites`. */
export function touchWords({ lock, rewrites, scans }: Touched): string {
  const work = rewrites ? "rewrites it" : scans ? "reads all of it" : null;
  return [lock, work].filter((part) => part !== null).join(", ");
}

/** Locks that keep nobody out but other changes of the schema: told in one line. */
export function quietLocks({ locks }: Pick<MeasuredStatement, "locks">): readonly Lock[] {
  return locks.filter(({ mode }) => keepsOut(mode) === null && mode !== "ACCESS SHARE");
}

export function isOpen(replay: ReplayView | null): boolean {
  return replay !== null && (replay.state === "waiting" || replay.state === "running");
}

/** How far a measuring is, or how it ended. */
export function replayWords({ state, done, of }: ReplayView): string {
  switch (state) {
    case "waiting":
      return "Waits for a worker";
    case "running":
      return of === null
        ? "A worker starts a throwaway server"
        : `A worker runs the migrations on a throwaway server: ${done} of ${of}`;
    case "done":
      return "Measured to the end";
    case "failed":
      return "The last measuring stopped before its end";
    case "cancelled":
      return "The last measuring was called off";
  }
}
