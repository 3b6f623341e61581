/**
 * Runs one migration's statements one by one, as its tool would, while a second session looks on. What it did stays in
 * the database: whoever made that throws it away.
 */
import type pg from "pg";
import type { Finding } from "../../findings/finding.ts";
import { failedMigration } from "../../ledger/failed-migration.ts";
import type { MigrationFile } from "../../ledger/ledger.ts";
import { connect } from "../../postgres/connection.ts";
import { quoteQualified } from "../../postgres/identifiers.ts";
import {
  type ChangedRows,
  type Effect,
  type HeldLock,
  type Lock,
  type MeasuredStatement,
  TEXT_KEPT,
} from "../facts.ts";
import { type LockMode, strongest } from "../lock-modes.ts";
import { effectsBetween, replacedFiles } from "./effects.ts";
import { refusesTransaction, runOutside } from "./outside.ts";
import { readDefinitions, readState, type State } from "./state.ts";
import { type Statement, splitMessages } from "./statements.ts";
import { type Counts, locksOf, readCounts, type SeenLock } from "./watch.ts";

export interface FileMeasure {
  readonly statements: readonly MeasuredStatement[];
  readonly findings: readonly Finding[];
  /** The SQLSTATE with which it failed. */
  readonly failure: string | null;
}

/** Statements whose plan a few rows would mislead: a table so small is read whole although an index is there. */
const PLANNED: ReadonlySet<string> = new Set([
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "MERGE",
  "DO",
  "CALL",
  "FILE",
]);

/**
 * @param messages what the tool sends of it, one after the other
 * @param url of the throwaway database, with rows in its tables: some statements do less in an empty one
 * @throws what is no fault of the file: a lost connection, an abort
 */
export async function measureFile(
  url: string,
  file: MigrationFile,
  messages: readonly string[],
  signal: AbortSignal,
): Promise<FileMeasure> {
  const split = await splitMessages(file, messages);
  const measured = await connect(url, { applicationName: "tenantry measure", signal });
  const watcher = await connect(url, { applicationName: "tenantry watch", signal }).catch(async (error) => {
    await measured.end();
    throw error;
  });
  try {
    const run = await openRun({ url, measured, watcher, file });
    const statements: MeasuredStatement[] = [];
    let failure: unknown = null;
    for (const [at, statement] of split.statements.entries()) {
      if (failure !== null) {
        statements.push(blank(statement, at + 1, "not reached"));
        continue;
      }
      try {
        statements.push(await run.measure(statement, at + 1));
      } catch (error) {
        signal.throwIfAborted();
        failure = error;
        statements.push({ ...blank(statement, at + 1, "failed"), sqlState: sqlStateOf(error) });
      }
    }
    failure = failure ?? (await run.close());
    const sqlState = failure === null ? null : sqlStateOf(failure);
    if (failure !== null && sqlState === null) throw failure;
    const failed = failure === null ? [] : failedMigration(file, withoutPosition(failure)).findings;
    return { statements, findings: [...split.findings, ...failed], failure: sqlState };
  } finally {
    await measured.end();
    await watcher.end();
  }
}

const sqlStateOf = (error: unknown) => (error as { code?: string }).code ?? null;

/** It counts from the statement's beginning, not the file's. */
function withoutPosition(error: unknown): unknown {
  const { code, message, constraint, table, column } = error as pg.DatabaseError;
  return { code, message, constraint, table, column };
}

function blank(
  statement: Statement,
  number: number,
  outcome: MeasuredStatement["outcome"],
): MeasuredStatement {
  const { kind, text, line } = statement;
  return {
    number,
    kind,
    text: text.slice(0, TEXT_KEPT),
    line,
    outcome,
    sqlState: null,
    outside: false,
    locks: [],
    held: [],
    rewritten: [],
    reindexed: [],
    scanned: [],
    changed: [],
    effects: [],
  };
}

interface Ground {
  readonly url: string;
  readonly measured: pg.Client;
  readonly watcher: pg.Client;
  readonly file: MigrationFile;
}

/** What the transaction that is open has locked so far, and which statement was first. */
type Standing = Map<number, Map<LockMode, number>>;

async function openRun({ url, measured, watcher, file }: Ground) {
  const { rows: pids } = await measured.query<{ pid: number }>("SELECT pg_catalog.pg_backend_pid() AS pid");
  const { pid } = pids[0]!;
  const start = await readState(measured);
  const isOld = (oid: number) => start.relations.has(oid);
  const rows = await countAll(watcher, start);
  const standing: Standing = new Map();
  let state = start;
  let counts = await readCounts(measured);
  let isOpen = file.transactional;
  if (isOpen) await measured.query("BEGIN");

  return { measure, close };

  async function measure(statement: Statement, number: number): Promise<MeasuredStatement> {
    if (statement.transaction !== null) {
      await measured.query(statement.text);
      isOpen = statement.transaction === "begins";
      if (!isOpen) standing.clear();
      return blank(statement, number, "ran");
    }
    const ownTransaction = !isOpen;
    const { seen, outside } = await perform(statement, ownTransaction);
    const [before, countsBefore] = [state, counts];
    state = await readState(measured);
    const definitions = await readDefinitions(measured, before, state);
    const replaced = replacedFiles(before, state);
    counts = await readCounts(measured);
    const changed = changedRows(statement, countsBefore);
    const emptied = await emptiedOf(replaced.tables.filter(({ oid }) => isOld(oid)));
    const held = heldBefore();
    const locks = newLocks(seen, number);
    const scanned = named(
      [...counts]
        .filter(([oid, { scans }]) => scans > (countsBefore.get(oid)?.scans ?? 0))
        .map(([oid]) => oid),
    );
    if (ownTransaction && !outside) await measured.query("COMMIT");
    if (ownTransaction) standing.clear();
    // The look whether a table is empty has read it, too.
    counts = await readCounts(measured);
    return {
      ...blank(statement, number, "ran"),
      outside,
      locks,
      held,
      rewritten: named(replaced.tables.map(({ oid }) => oid)).filter((name) => !emptied.includes(name)),
      reindexed: replaced.indexes.filter(({ oid }) => isOld(oid)).map(({ name }) => name),
      scanned,
      changed,
      effects: [
        ...effectsBetween({ before, after: state, start, definitions }),
        ...emptied.map((table): Effect => ({ kind: "emptied", table })),
      ],
    };
  }

  /** Commits what the tool would; deferred constraints speak up then. */
  async function close(): Promise<unknown> {
    try {
      if (isOpen) await measured.query("COMMIT");
      return null;
    } catch (error) {
      return error;
    }
  }

  async function perform(
    statement: Statement,
    ownTransaction: boolean,
  ): Promise<{ seen: SeenLock[]; outside: boolean }> {
    const { kind, text } = statement;
    if (ownTransaction) await measured.query("BEGIN");
    const isPlanned = PLANNED.has(kind);
    if (isPlanned) await measured.query("SET enable_seqscan = off");
    try {
      await measured.query(text);
    } catch (error) {
      if (!ownTransaction) throw error;
      await measured.query("ROLLBACK");
      if (!refusesTransaction(error)) throw error;
      const tables = [...start.relations.values()].filter(({ oid }) => state.relations.has(oid));
      return { seen: await runOutside(text, { url, measured, pid, watcher, tables }), outside: true };
    }
    const seen = await locksOf(watcher, pid);
    if (isPlanned) await measured.query("RESET enable_seqscan");
    return { seen, outside: false };
  }

  function named(oids: readonly number[]): string[] {
    return oids.filter(isOld).flatMap((oid) => start.relations.get(oid)?.name ?? []);
  }

  function heldBefore(): HeldLock[] {
    return [...standing].flatMap(([oid, modes]) => {
      const mode = strongest(modes.keys());
      const name = tableName(oid);
      return mode === null || name === null ? [] : [{ table: name, mode, since: modes.get(mode)! }];
    });
  }

  function newLocks(seen: readonly SeenLock[], number: number): Lock[] {
    const fresh = new Map<string, LockMode>();
    for (const { relation, mode } of seen) {
      const name = tableName(relation);
      const modes = standing.get(relation) ?? new Map<LockMode, number>();
      if (name === null || modes.has(mode)) continue;
      standing.set(relation, modes.set(mode, number));
      fresh.set(name, strongest([mode, ...(fresh.has(name) ? [fresh.get(name)!] : [])])!);
    }
    return [...fresh].map(([table, mode]) => ({ table, mode })).sort((a, b) => (a.table < b.table ? -1 : 1));
  }

  /** Null for indexes and sequences, and for what the file itself has made. */
  function tableName(oid: number): string | null {
    const relation = start.relations.get(oid);
    return relation !== undefined && TABLES.has(relation.kind) ? relation.name : null;
  }

  function changedRows({ updates }: Statement, countsBefore: ReadonlyMap<number, Counts>): ChangedRows[] {
    const changed: ChangedRows[] = [];
    for (const [oid, now] of counts) {
      const table = tableName(oid);
      const was = countsBefore.get(oid) ?? NO_COUNTS;
      const [inserted, updated, deleted] = [
        now.inserted - was.inserted,
        now.updated - was.updated,
        now.deleted - was.deleted,
      ];
      if (table === null || inserted + updated + deleted <= 0) continue;
      const of = rows.get(oid) ?? 0;
      rows.set(oid, of + inserted - deleted);
      changed.push({ table, inserted, updated, deleted, of, columns: updated > 0 ? updates : [] });
    }
    return changed;
  }

  /** Of the tables with a new file those that had rows and have none now. */
  async function emptiedOf(
    tables: State["relations"] extends ReadonlyMap<number, infer R> ? readonly R[] : never,
  ): Promise<string[]> {
    const emptied: string[] = [];
    for (const { oid, schema, bare, name, kind } of tables) {
      if (kind !== "r" || (rows.get(oid) ?? 0) === 0) continue;
      const { rowCount } = await measured.query(`SELECT FROM ONLY ${quoteQualified(schema, bare)} LIMIT 1`);
      if (rowCount !== 0) continue;
      rows.set(oid, 0);
      emptied.push(name);
    }
    return emptied;
  }
}

const TABLES: ReadonlySet<string> = new Set(["r", "p", "m", "f", "v"]);
const NO_COUNTS: Counts = { scans: 0, inserted: 0, updated: 0, deleted: 0 };

/** By the second session: what it reads is not counted as the measured one's. */
async function countAll(watcher: pg.Client, { relations }: State): Promise<Map<number, number>> {
  const tables = [...relations.values()].filter(({ kind }) => kind === "r");
  if (tables.length === 0) return new Map();
  const counts = tables.map(
    ({ oid, schema, bare }) =>
      `SELECT ${oid}::float8 AS oid, pg_catalog.count(*)::float8 AS rows FROM ONLY ${quoteQualified(schema, bare)}`,
  );
  const { rows } = await watcher.query<{ oid: number; rows: number }>(counts.join(" UNION ALL "));
  return new Map(rows.map(({ oid, rows: count }) => [oid, count]));
}
