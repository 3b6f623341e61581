/**
 * What a measured statement is to those who use the database: additive, blocking, rewrite or destructive, and whether
 * it can be undone. Pure; judged from what was seen, never from the words of the statement, but for UPDATE and DELETE
 * that met no row to change.
 */
import type { Effect, MeasuredFile, MeasuredStatement, ObjectKind } from "../facts.ts";
import { keepsOut, type LockMode, strongest } from "../lock-modes.ts";
import { type OnlineForm, onlineForms } from "./online-forms.ts";

/**
 * From the least to the most severe.
 * - `additive`: it adds, or changes only the catalog: nobody waits for longer than a moment, nothing is lost
 * - `blocking`: somebody waits for as long as it takes to read or write a table's rows
 * - `rewrite`: a table's every row is written anew while nobody gets at it
 * - `destructive`: rows, columns, objects, or the names that the running release knows them by, are gone
 */
export const CLASSES = ["additive", "blocking", "rewrite", "destructive"] as const;

export type MigrationClass = (typeof CLASSES)[number];

export interface Judgement {
  /** All that hold, the most severe first; `additive` alone where no other does. */
  readonly classes: readonly MigrationClass[];
  /** Sentences: what makes it so, the most severe first. */
  readonly reasons: readonly string[];
  readonly reversible: Reversible;
  readonly onlineForms: readonly OnlineForm[];
}

export interface Reversible {
  readonly is: "yes" | "perhaps" | "no";
  /** Why it is not, in a sentence; null where it is. */
  readonly why: string | null;
}

export interface JudgedStatement extends MeasuredStatement {
  /** Null where it did not run. */
  readonly judgement: Judgement | null;
}

/** The file's statements in their order; what a statement finds locked, and what the file made, is known by then. */
export function judgeFile({ statements }: Pick<MeasuredFile, "statements">): JudgedStatement[] {
  const ownColumns = new Set<string>();
  return statements.map((statement) => {
    const judgement = statement.outcome === "ran" ? judge(statement, ownColumns) : null;
    for (const effect of statement.effects)
      if (effect.kind === "column made") ownColumns.add(`${effect.table}.${effect.column}`);
    return { ...statement, judgement };
  });
}

/** The most severe of several; null where none ran. */
export function worstClass(
  judged: readonly { readonly judgement: Judgement | null }[],
): MigrationClass | null {
  const found = judged.flatMap(({ judgement }) => judgement?.classes[0] ?? []);
  return CLASSES.toReversed().find((each) => found.includes(each)) ?? null;
}

type Reason = readonly [MigrationClass, string];

function judge(statement: MeasuredStatement, ownColumns: ReadonlySet<string>): Judgement {
  const reasons = [...lossReasons(statement), ...rewriteReasons(statement), ...waitReasons(statement)];
  const found = new Set(reasons.map(([each]) => each));
  const severe = CLASSES.toReversed().filter((each) => each !== "additive" && found.has(each));
  return {
    classes: severe.length === 0 ? ["additive"] : severe,
    reasons: reasons.map(([, sentence]) => sentence),
    reversible: reversible(statement, ownColumns),
    onlineForms: onlineForms(statement),
  };
}

/** What is gone afterwards that a release may still use. Indexes and constraints only make things slow or lax. */
const USED: ReadonlySet<ObjectKind> = new Set([
  "table",
  "view",
  "materialized view",
  "foreign table",
  "sequence",
  "column",
  "function",
  "type",
  "schema",
]);

function lossReasons({ effects, changed, kind }: MeasuredStatement): Reason[] {
  const reasons: Reason[] = [];
  for (const effect of effects) {
    if (effect.kind === "gone")
      reasons.push([USED.has(effect.what) ? "destructive" : "additive", goneSentence(effect)]);
    if (effect.kind === "emptied") reasons.push(["destructive", `Empties ${effect.table}.`]);
    if (effect.kind === "renamed")
      reasons.push([
        USED.has(effect.what) ? "destructive" : "additive",
        `Renames ${objectName(effect)} to ${effect.to}${USED.has(effect.what) ? ": the running release knows it by its old name" : ""}.`,
      ]);
    if (effect.kind === "not null")
      reasons.push([
        "additive",
        `From then on an INSERT that leaves ${effect.column} of ${effect.table} out fails.`,
      ]);
  }
  const deletes = changed.filter(({ deleted }) => deleted > 0);
  for (const { table } of deletes) reasons.push(["destructive", `Deletes rows of ${table}.`]);
  if (kind === "DELETE" && deletes.length === 0)
    reasons.push(["destructive", "Deletes rows, though none of those that it was measured with."]);
  return reasons;
}

function goneSentence(effect: Extract<Effect, { kind: "gone" }>): string {
  if (USED.has(effect.what)) return `Drops ${objectName(effect)}.`;
  return effect.what === "index"
    ? `Drops ${objectName(effect)}: what it made fast gets slow.`
    : `Drops ${objectName(effect)}: what it kept out gets in.`;
}

function objectName({ what, name, on }: { what: ObjectKind; name: string; on: string | null }): string {
  return `the ${what} ${name}${on === null ? "" : ` of ${on}`}`;
}

function rewriteReasons({ rewritten }: MeasuredStatement): Reason[] {
  return rewritten.map(
    (table) => ["rewrite", `Writes every row of ${table} anew, and all its indexes.`] as const,
  );
}

/** Who waits for it, and how long. */
function waitReasons(statement: MeasuredStatement): Reason[] {
  const { locks, held, scanned, reindexed, changed, rewritten } = statement;
  const written = changed.filter(({ updated, deleted }) => updated + deleted > 0).map(({ table }) => table);
  const busyWith = [...new Set([...rewritten, ...scanned, ...written])];
  const isBusy = busyWith.length > 0 || reindexed.length > 0;
  const reasons: Reason[] = [];
  for (const { table, mode } of locks) {
    const who = keepsOut(mode);
    if (who === null) continue;
    if (isBusy)
      reasons.push([
        "blocking",
        `Keeps ${who} of ${table} waiting (${mode}) while it ${workOn(statement, busyWith)}.`,
      ]);
    else
      reasons.push([
        "additive",
        `Takes ${mode} on ${table} for a moment, if the transaction ends soon: behind a long query all others queue up, so set lock_timeout.`,
      ]);
  }
  for (const { table, mode, since } of held) {
    const who = keepsOut(mode);
    if (who !== null && isBusy)
      reasons.push([
        "blocking",
        `Statement ${since} still keeps ${who} of ${table} waiting (${mode}) while this one ${workOn(statement, busyWith)}.`,
      ]);
  }
  for (const { table, updated, deleted, of } of changed)
    if (updated + deleted > 0)
      reasons.push([
        "blocking",
        `Locks the rows of ${table} that it changes until the transaction ends: ${updated + deleted >= of ? "all of those that were there" : `${updated + deleted} of the ${of} that were there`}.`,
      ]);
  return reasons;
}

function workOn({ rewritten, scanned, reindexed }: MeasuredStatement, tables: readonly string[]): string {
  const what =
    rewritten.length > 0 ? "rewrites" : scanned.length > 0 || reindexed.length > 0 ? "reads" : "writes to";
  return tables.length === 0 ? `builds ${reindexed.join(", ")} anew` : `${what} ${tables.join(", ")}`;
}

/** The strongest lock that anybody meets on the table while the statement runs. */
export function lockDuring({ locks, held }: MeasuredStatement, table: string): LockMode | null {
  return strongest([...locks, ...held].filter((lock) => lock.table === table).map(({ mode }) => mode));
}

const LOST: ReadonlySet<ObjectKind> = new Set(["table", "column", "sequence"]);

function reversible(statement: MeasuredStatement, ownColumns: ReadonlySet<string>): Reversible {
  const { effects, changed, kind } = statement;
  for (const effect of effects) {
    if (effect.kind === "gone" && LOST.has(effect.what))
      return { is: "no", why: `What was in ${objectName(effect)} is lost.` };
    if (effect.kind === "emptied") return { is: "no", why: `The rows of ${effect.table} are lost.` };
    if (effect.kind === "label made")
      return {
        is: "no",
        why: `A label of an enum cannot be taken away again: ${effect.label} of ${effect.type}.`,
      };
  }
  for (const { table, deleted, updated, columns } of changed) {
    if (deleted > 0) return { is: "no", why: `The rows that it deletes of ${table} are lost.` };
    const isOwn = columns.length > 0 && columns.every((column) => ownColumns.has(`${table}.${column}`));
    if (updated > 0 && !isOwn)
      return { is: "no", why: `What the rows of ${table} held before is overwritten.` };
  }
  if (kind === "DELETE") return { is: "no", why: "The rows that it deletes are lost." };
  const typed = effects.find((effect) => effect.kind === "type changed");
  if (typed !== undefined)
    return {
      is: "perhaps",
      why: `Only if every value of ${typed.column} in ${typed.table} comes back from ${typed.to} to ${typed.from}.`,
    };
  return { is: "yes", why: null };
}
