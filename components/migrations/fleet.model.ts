/** What the migrations' pages say of each database and each migration. Pure. */
import type { MigrationState } from "../../lib/ledger/standing.ts";
import type { DatabaseStanding, MigrationRow, MigrationsView } from "../../lib/queries/migrations.ts";
import { askedPage, type PageOf, pageOf } from "../ui/pagination.model.ts";
import { formatNoun } from "../ui/quantities.ts";
import type { Tone } from "../ui/status.tsx";

export const STATE_LOOK: Readonly<Record<MigrationState, { readonly tone: Tone; readonly word: string }>> = {
  applied: { tone: "ok", word: "applied" },
  edited: { tone: "warn", word: "edited since" },
  pending: { tone: "idle", word: "pending" },
  failed: { tone: "bad", word: "failed" },
  missing: { tone: "warn", word: "not in the folder" },
};

/** A database in a word, the worst first. */
export function standingLook({ survey, standing }: DatabaseStanding): {
  readonly tone: Tone;
  readonly word: string;
} {
  if (survey === null) return { tone: "idle", word: "not looked at yet" };
  if (survey.ledger === null)
    return survey.reachable ? { tone: "warn", word: "no ledger" } : { tone: "bad", word: "not reached" };
  if (survey.ledger.failed.length > 0) return { tone: "bad", word: "a migration failed" };
  if (standing === null) return { tone: "idle", word: "no folder to hold it against" };
  if (standing.behind > 0) return { tone: "warn", word: `${standing.behind} behind` };
  return { tone: "ok", word: "at the newest" };
}

/** What more there is to say of it: of how many migrations, and what to do. */
export function trouble({ survey, standing }: DatabaseStanding): string[] {
  if (survey === null || standing === null) return [];
  const count = (state: MigrationState) =>
    [...standing.states.values()].filter((each) => each === state).length;
  const [edited, missing, overtaken] = [count("edited"), count("missing"), standing.outOfOrder.length];
  return [
    ...(missing > 0 ? [`${formatNoun(missing, "has", "have")} run that the folder does not have`] : []),
    ...(edited > 0 ? [`${formatNoun(edited, "file", "files")} edited since`] : []),
    ...(overtaken > 0 ? [`${formatNoun(overtaken, "is", "are")} pending although later ones have run`] : []),
  ];
}

/** Databases that stand alike share a column: a fleet of hundreds has a handful. */
export interface Column {
  readonly names: readonly string[];
  readonly standing: NonNullable<DatabaseStanding["standing"]>;
}

export function columnsOf(databases: readonly DatabaseStanding[]): Column[] {
  const alike = new Map<string, { names: string[]; standing: Column["standing"] }>();
  for (const { name, standing } of databases) {
    if (standing === null) continue;
    const key = [...standing.states].flat().join("\n");
    const column = alike.get(key);
    if (column === undefined) alike.set(key, { names: [name], standing });
    else column.names.push(name);
  }
  return [...alike.values()];
}

/** `eu-1`, `eu-1, eu-2`, `eu-1 and 11 more`. */
export function columnTitle({ names }: Column): string {
  return names.length <= 2 ? names.join(", ") : `${names[0]} and ${names.length - 1} more`;
}

export const SHOWN_STATES = ["pending", "edited", "missing", "failed"] as const;

export interface MigrationsQuery {
  readonly state: (typeof SHOWN_STATES)[number] | null;
  readonly page: number;
}

export function readMigrationsQuery(
  params: Readonly<Record<string, string | readonly string[] | undefined>>,
): MigrationsQuery {
  const state = SHOWN_STATES.find((each) => each === params.state) ?? null;
  return { state, page: askedPage(params.page as string | undefined) };
}

const PAGE_SIZE = 100;

export interface MigrationList {
  readonly rows: readonly MigrationRow[];
  readonly page: PageOf;
  /** How many are in each state somewhere. */
  readonly counts: Readonly<Record<(typeof SHOWN_STATES)[number], number>>;
}

/** The newest first, those that the folder does not have before them all: they are what wants a look. */
export function migrationList(
  { migrations, databases }: Pick<MigrationsView, "migrations" | "databases">,
  query: MigrationsQuery,
): MigrationList {
  const columns = columnsOf(databases);
  const isIn = (version: string, state: MigrationState) =>
    columns.some(({ standing }) => standing.states.get(version) === state);
  const counts = Object.fromEntries(
    SHOWN_STATES.map((state) => [state, migrations.filter(({ version }) => isIn(version, state)).length]),
  ) as MigrationList["counts"];
  const { state } = query;
  const fitting = migrations.filter(({ version }) => state === null || isIn(version, state)).toReversed();
  const page = pageOf(query.page, PAGE_SIZE, fitting.length);
  return { rows: fitting.slice(Math.max(0, page.first - 1), page.last), page, counts };
}

/** What a person calls it: the tool's own version and name are often one thing. */
export function migrationTitle({ version, name }: Pick<MigrationRow, "version" | "name">): string {
  return name === "" || name === version ? version : `${version} ${name}`;
}

/** What is left of a REINDEX INDEX CONCURRENTLY that failed. PostgreSQL documentation, REINDEX. */
const LEFTOVER = /_cc(new|old)\d*$/;

/** What to do about an invalid index, as a sentence with the statement. */
export function invalidIndexTodo(index: string, quoted: string): string {
  if (LEFTOVER.test(index))
    return `A rebuild that failed has left it, and the index itself is still there: DROP INDEX CONCURRENTLY ${quoted};`;
  return `Build it again: REINDEX INDEX CONCURRENTLY ${quoted}; or, where nothing needs it, DROP INDEX CONCURRENTLY ${quoted};`;
}
