/** What is said of a bundle's schema beside those of its platform's databases. */
import type { DatabaseFit, Fit } from "../../lib/queries/schema-fit.ts";
import { formatNoun } from "../ui/quantities.ts";

/** Beside one database, on the bundle's own page. */
export function fitSentence(name: string, fit: Fit, apart: number | null): string {
  const migrations = formatNoun(apart ?? 0, "migration", "migrations");
  switch (fit) {
    case "equal":
      return "imports as it is";
    case "older":
      return `needs an upgrade for ${name}, which is ${migrations} ahead`;
    case "newer":
      return `${name} is ${migrations} behind this bundle: run them there first`;
    case "differs":
      return "other migrations: each has some that the other has not";
    case "unknown":
      return "not known before it is looked at again";
  }
}

export interface FitWords {
  readonly tone: "ok" | "warn" | "idle";
  readonly text: string;
}

/** "as it is into eu-1", "needs an upgrade for us-1"; one for each of the answers that there are. */
export function fitWords(fits: readonly DatabaseFit[]): FitWords[] {
  const named = (fit: Fit) => fits.filter((one) => one.fit === fit).map(({ name }) => name);
  const word = (fit: Fit, tone: FitWords["tone"], say: (names: readonly string[]) => string): FitWords[] => {
    const names = named(fit);
    return names.length === 0 ? [] : [{ tone, text: say(names) }];
  };
  return [
    ...word("equal", "ok", (names) => `as it is into ${listed(names)}`),
    ...word("older", "warn", (names) => `needs an upgrade for ${listed(names)}`),
    ...word(
      "newer",
      "warn",
      (names) => `${listed(names)} ${names.length === 1 ? "is" : "are"} behind this bundle`,
    ),
    ...word("differs", "warn", (names) => `other migrations than ${listed(names)}`),
    ...word("unknown", "idle", (names) => `not known for ${listed(names)}`),
  ];
}

function listed(names: readonly string[]): string {
  return names.length < 3 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
