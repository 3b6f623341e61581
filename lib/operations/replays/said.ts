/** What is to be known of a measuring, or keeps it from being done. Pure. */
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError, NOT_THE_DATABASE } from "../../postgres/database-error.ts";
import type { replays } from "../../records/schema/replays.ts";
import type { LiveDatabase } from "./about-platform.ts";

type ReplayRow = typeof replays.$inferSelect;

export function runByCommand(name: string, count: number): Finding {
  return {
    code: "programs-not-measured",
    severity: "notes",
    where: name,
    count,
    what: `${count} of the migrations are programs: the command "${name}" ran them, so that the schema after each is known; what they lock is not.`,
  };
}

export function otherMajors(server: number, live: readonly LiveDatabase[]): Finding[] {
  const major = Math.floor(server / 10_000);
  const others = live.filter((database) => database.major !== null && database.major !== major);
  if (others.length === 0) return [];
  const names = others.map(({ name, major: theirs }) => `${name} (${theirs})`).join(", ");
  return [
    {
      code: "measured-on-another-version",
      severity: "notes",
      where: "measurement",
      count: others.length,
      what: `Measured on PostgreSQL ${major}; these databases run another one: ${names}.`,
      todo: "A few statements take other locks there: look at the release notes between the two.",
    },
  ];
}

export function findingsOf(error: unknown, { id }: ReplayRow): readonly Finding[] {
  if (error instanceof Refusal) return error.findings;
  const { sentence } = describeDatabaseError(error);
  if (sentence === NOT_THE_DATABASE) throw error;
  return [
    {
      code: "replay-stopped",
      severity: "blocks",
      where: id,
      what: `The throwaway server stopped the measuring: ${sentence}`,
      todo: "Measure again when the cause is mended.",
    },
  ];
}

export function gaveUp({ id, attempts }: ReplayRow): Finding {
  return {
    code: "replay-gave-up",
    severity: "blocks",
    where: id,
    what: `Its worker was lost ${attempts} times.`,
    todo: "Look at the workers' logs, then measure again.",
  };
}
