import { describe, expect, it } from "vitest";
import { standingOf } from "../../lib/ledger/standing.ts";
import type { DatabaseStanding, MigrationRow } from "../../lib/queries/migrations.ts";
import {
  columnsOf,
  columnTitle,
  invalidIndexTodo,
  migrationList,
  migrationTitle,
  readMigrationsQuery,
  standingLook,
  trouble,
} from "./fleet.model.ts";

const files = Array.from({ length: 250 }, (_, at) => ({ version: String(at + 1) }));
const row = (version: string): MigrationRow => ({
  version,
  name: `m${version}`,
  path: `${version}.sql`,
  transactional: true,
  code: false,
  checksum: null,
  inFolder: true,
});

function database(
  name: string,
  upTo: number,
  failed: string[] = [],
  edited: string[] = [],
): DatabaseStanding {
  const applied = files.slice(0, upTo).map(({ version }) => ({ version, name: "" }));
  const ledger = { tool: "sqlx", applied, failed, edited, hasChecksums: true };
  return {
    id: name,
    name,
    survey: { reachable: true, reachedAt: null, ledger, invalidIndexes: [], findings: [] },
    surveyedAt: new Date(),
    standing: standingOf(files, ledger),
  };
}

/** A number and its noun are not torn apart in a line: the space between is a special one. */
const said = (standing: DatabaseStanding) => trouble(standing).map((text) => text.replaceAll("\u00a0", " "));

describe("a database", () => {
  it("is told in a word, the worst first", () => {
    expect(standingLook(database("a", 250)).word).toBe("at the newest");
    expect(standingLook(database("a", 240))).toEqual({ tone: "warn", word: "10 behind" });
    expect(standingLook(database("a", 240, ["241"]))).toEqual({ tone: "bad", word: "a migration failed" });
    expect(standingLook({ ...database("a", 1), survey: null }).word).toBe("not looked at yet");
    expect(standingLook({ ...database("a", 1), standing: null }).word).toMatch(/no folder/);
    const { survey, ...rest } = database("a", 1);
    const without = { ...rest, survey: { ...survey!, ledger: null } };
    expect(standingLook(without).word).toBe("no ledger");
    expect(standingLook({ ...without, survey: { ...without.survey, reachable: false } }).tone).toBe("bad");
  });

  it("says what else is the matter, and nothing where nothing is", () => {
    expect(said(database("a", 240))).toEqual([]);
    const odd = database("a", 3, [], ["2"]);
    const standing = standingOf(files.slice(2), odd.survey!.ledger!);
    expect(said({ ...odd, standing })).toEqual(["2 have run that the folder does not have"]);
    expect(said(odd)).toEqual(["1 file edited since"]);
    const gap = standingOf(files, { ...odd.survey!.ledger!, applied: [{ version: "2" }], edited: [] });
    expect(said({ ...odd, standing: gap })).toEqual(["1 is pending although later ones have run"]);
  });
});

describe("columns", () => {
  it("are shared by those that stand alike", () => {
    const columns = columnsOf([
      database("a", 250),
      database("b", 240),
      database("c", 250),
      database("d", 250),
    ]);
    expect(columns.map(columnTitle)).toEqual(["a and 2 more", "b"]);
    expect(columnsOf([{ ...database("a", 1), standing: null }])).toEqual([]);
  });
});

describe("the list", () => {
  const view = { migrations: files.map(({ version }) => row(version)), databases: [database("a", 240)] };

  it("has the newest first, page by page, or those in one state", () => {
    const first = migrationList(view, readMigrationsQuery({}));
    expect(first.rows.map(({ version }) => version).slice(0, 2)).toEqual(["250", "249"]);
    expect(first.page).toMatchObject({ pages: 3, first: 1, last: 100 });
    expect(migrationList(view, { state: null, page: 3 }).rows.at(-1)?.version).toBe("1");
    const pending = migrationList(view, readMigrationsQuery({ state: "pending" }));
    expect(pending.rows).toHaveLength(10);
    expect(pending.counts).toEqual({ pending: 10, edited: 0, missing: 0, failed: 0 });
    expect(migrationList(view, { state: "failed", page: 1 }).rows).toEqual([]);
  });

  it("takes nonsense in the address for nothing", () => {
    expect(readMigrationsQuery({ state: "applied", page: "x" })).toEqual({ state: null, page: 1 });
  });
});

it("a migration is called by version and name, once where they are one", () => {
  expect(migrationTitle({ version: "1", name: "things" })).toBe("1 things");
  expect(migrationTitle({ version: "1_things", name: "1_things" })).toBe("1_things");
  expect(migrationTitle({ version: "1", name: "" })).toBe("1");
});

it("an invalid index is built again, or dropped where a rebuild has left it", () => {
  expect(invalidIndexTodo("by_name", '"s"."by_name"')).toContain('REINDEX INDEX CONCURRENTLY "s"."by_name";');
  for (const name of ["by_name_ccnew", "by_name_ccold1"])
    expect(invalidIndexTodo(name, name)).not.toContain("REINDEX");
});
