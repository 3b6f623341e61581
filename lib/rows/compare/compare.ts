/**
 * Compares two sides of one tenant: two bundles, or a bundle and a live tenant. Equal means that in every table
 * the symmetric difference is empty, and that every reference of a live side holds.
 */
import { createLineDigest } from "../../bundle/line-digest.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import type { RunContext } from "../run-context.ts";
import { type Bucket, createBuckets, createKeyReader, sameDigest } from "./buckets.ts";
import { findDifferences, planPasses, type RowExamples, type TableDifference } from "./differences.ts";
import { forEachLine } from "./lines.ts";
import type { CompareSide, CompareTable, LinesDigest } from "./side.ts";

export interface ComparedTable extends TableDifference {
  readonly table: string;
  /** Rows of each side. */
  readonly rows: readonly [number, number];
}

export interface Comparison {
  readonly equal: boolean;
  readonly tables: readonly ComparedTable[];
  readonly findings: readonly Finding[];
}

export interface CompareOptions {
  /** Told of rows that differ, a changed row by both its lines; it need not take them all. */
  readonly examples?: RowExamples;
}

/**
 * Memory stays bounded whatever the sides hold: digests of whole tables first; of those that differ, digests of
 * 256 buckets; then the rows of the buckets that differ, so many at a time.
 *
 * @throws Refusal `ids-differ` where the sides are tenants with different keys: a remap is needed, from the
 *   journal of the import that made one of the other
 */
export async function compareSides(
  first: CompareSide,
  second: CompareSide,
  context: RunContext,
  { examples }: CompareOptions = {},
): Promise<Comparison> {
  if (first.tenantKey !== second.tenantKey) throw new Refusal(idsDiffer(first, second));
  const { tables, findings } = matchTables(first, second);
  const wanted = new Set(tables.map((table) => table.id));
  const { a, b, references } = await readBoth(first, second, wanted, context);
  const unequal = tables.filter(({ id }) => !sameDigest(a.get(id), b.get(id)));
  const differences = await differencesOf(first, second, unequal, context, examples);
  const compared = tables.map(
    ({ id }): ComparedTable => ({
      table: id,
      rows: [a.get(id)?.rows ?? 0, b.get(id)?.rows ?? 0],
      ...(differences.get(id) ?? NONE),
    }),
  );
  const all = [...findings, ...compared.filter(differs).map(differenceFinding), ...references];
  return { equal: !all.some((finding) => finding.severity === "blocks"), tables: compared, findings: all };
}

const NONE: TableDifference = { added: 0, removed: 0, changed: 0, columns: {} };

function differs({ added, removed, changed }: TableDifference): boolean {
  return added + removed + changed > 0;
}

interface BothSides {
  readonly a: TableDigests;
  readonly b: TableDigests;
  /** Of both, those that do not hold. */
  readonly references: readonly Finding[];
}

/** At once: while one side is proved, the other's database reads. Where one fails the others stop. */
async function readBoth(
  first: CompareSide,
  second: CompareSide,
  wanted: ReadonlySet<string>,
  context: RunContext,
): Promise<BothSides> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const stopping = <Result>(work: Promise<Result>) =>
    work.catch((error: unknown) => {
      stop.abort(error);
      throw error;
    });
  // All to their end: nobody closes what is still being read.
  const [a, b, ...references] = await Promise.allSettled([
    stopping(tableDigests(first, wanted, { ...context, signal })),
    stopping(tableDigests(second, wanted, { ...context, signal })),
    stopping(first.checkReferences(signal)),
    stopping(second.checkReferences(signal)),
  ] as const);
  if (stop.signal.aborted) throw stop.signal.reason;
  return { a: outcomeOf(a), b: outcomeOf(b), references: references.flatMap((each) => outcomeOf(each)) };
}

function outcomeOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

type TableDigests = ReadonlyMap<string, LinesDigest>;

async function tableDigests(
  side: CompareSide,
  wanted: ReadonlySet<string>,
  context: RunContext,
): Promise<TableDigests> {
  if (side.digests !== null) return side.digests();
  const digests = new Map<string, ReturnType<typeof createLineDigest>>();
  for await (const { table, lines } of side.read(wanted)) {
    const digest =
      digests.get(table) ?? createLineDigest({ hash: true, lineBytes: Number.MAX_SAFE_INTEGER, tooLong });
    digests.set(table, digest);
    for await (const chunk of lines) {
      context.signal.throwIfAborted();
      digest.update(chunk);
    }
    context.progress({ phase: "comparing", table, rows: digest.rows, bytes: digest.bytes, totalRows: null });
  }
  return new Map([...digests].map(([table, digest]) => [table, { rows: digest.rows, sums: digest.sums() }]));
}

function tooLong(): Error {
  return new Error("no line is that long");
}

async function differencesOf(
  first: CompareSide,
  second: CompareSide,
  tables: readonly CompareTable[],
  context: RunContext,
  examples: RowExamples | undefined,
): Promise<Map<string, TableDifference>> {
  if (tables.length === 0) return new Map();
  const passes = planPasses(tables, await bucketsOf(first, tables), await bucketsOf(second, tables));
  const found = new Map<string, TableDifference>();
  for (const pass of passes) {
    context.signal.throwIfAborted();
    for (const [table, difference] of await findDifferences(first, second, pass, examples)) {
      found.set(table, add(found.get(table) ?? NONE, difference));
    }
  }
  return found;
}

async function bucketsOf(side: CompareSide, tables: readonly CompareTable[]): Promise<Map<string, Bucket[]>> {
  const byTable = new Map(
    tables.map((table) => [table.id, { reader: createKeyReader(table), buckets: createBuckets() }]),
  );
  for await (const { table, lines } of side.read(new Set(byTable.keys()))) {
    const { reader, buckets } = byTable.get(table)!;
    await forEachLine(lines, (buffer, start, end) => {
      reader.read(buffer, start, end);
      buckets.add(reader.bucket(), buffer, start, end);
    });
  }
  return new Map([...byTable].map(([table, { buckets }]) => [table, buckets.finish()]));
}

function add(a: TableDifference, b: TableDifference): TableDifference {
  const columns = { ...a.columns };
  for (const [name, count] of Object.entries(b.columns)) columns[name] = (columns[name] ?? 0) + count;
  return {
    added: a.added + b.added,
    removed: a.removed + b.removed,
    changed: a.changed + b.changed,
    columns,
  };
}

/** Tables that both sides have with the same columns; whatever else there is cannot be equal. */
function matchTables(
  first: CompareSide,
  second: CompareSide,
): { tables: CompareTable[]; findings: Finding[] } {
  const others = new Map(second.tables.map((table) => [table.id, table]));
  const tables: CompareTable[] = [];
  const findings: Finding[] = [];
  for (const table of first.tables) {
    const other = others.get(table.id);
    others.delete(table.id);
    if (other === undefined) findings.push(onlyIn(table.id, first, second));
    else if (sameColumns(table, other)) tables.push(table);
    else findings.push(columnsDiffer(table, other));
  }
  return { tables, findings: [...findings, ...[...others.keys()].map((id) => onlyIn(id, second, first))] };
}

function sameColumns(a: CompareTable, b: CompareTable): boolean {
  const text = ({ columns }: CompareTable) =>
    JSON.stringify(columns.map(({ name, encoding }) => [name, encoding]));
  return text(a) === text(b);
}

function onlyIn(where: string, has: CompareSide, lacks: CompareSide): Finding {
  return {
    code: "table-on-one-side",
    severity: "blocks",
    where,
    what: `${has.name} has the table and ${lacks.name} has not.`,
    todo: "Compare sides of the same schema version and tenancy model.",
  };
}

function columnsDiffer(a: CompareTable, b: CompareTable): Finding {
  const names = ({ columns }: CompareTable) => columns.map((column) => column.name);
  const apart = [
    ...names(a).filter((name) => !names(b).includes(name)),
    ...names(b).filter((name) => !names(a).includes(name)),
  ];
  return {
    code: "columns-differ",
    severity: "blocks",
    where: a.id,
    what: `Its columns differ between the sides${apart.length > 0 ? `: ${apart.join(", ")}` : " in their order or type"}.`,
    todo: "Compare sides of the same schema version and tenancy model.",
  };
}

function differenceFinding({ table, added, removed, changed, columns }: ComparedTable): Finding {
  const names = Object.keys(columns);
  return {
    code: "rows-differ",
    severity: "blocks",
    where: table,
    count: added + removed + changed,
    what: `${added} rows added, ${removed} removed, ${changed} changed${names.length > 0 ? ` (in ${names.join(", ")})` : ""}.`,
  };
}

function idsDiffer(first: CompareSide, second: CompareSide): Finding {
  return {
    code: "ids-differ",
    severity: "blocks",
    where: `${first.name}, ${second.name}`,
    what: "The two sides are tenants with different keys, so that their rows cannot be told to be the same.",
    todo: "Where one is an import of the other, name the import's journal with --journal.",
  };
}
