/** One table of a model in full: its columns, what it points at, and what a person could say of it. Pure. */
import type { Column, Table } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { ColumnClass, TableClass } from "../tenancy/model.ts";
import { columnInWords, pathInWords, referenceInWords, tableInWords } from "../tenancy/model-diff.ts";
import { columnChoices, type EditChoice, tableChoices } from "./model-choices.ts";
import type { ModelRead } from "./model-source.ts";

export interface ModelColumnDetail {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly key: boolean;
  readonly class: ColumnClass;
  /** The class with what follows from it, as a line of words. */
  readonly words: string;
  readonly computed: boolean;
  /** Made anew on an import: uuid, integer, text. */
  readonly fresh: string | null;
  readonly choices: readonly EditChoice[];
}

export interface ModelReference {
  readonly words: string;
  readonly declared: boolean;
  /** The table at the other end. */
  readonly table: string;
}

export interface ModelTableDetail {
  readonly id: string;
  readonly class: TableClass;
  readonly words: string;
  readonly declared: boolean;
  readonly otherPaths: readonly string[];
  /** Its place in the order of load, from 1; null where it is not loaded. */
  readonly place: number | null;
  readonly estimatedRows: number | null;
  readonly bytes: number;
  readonly columns: readonly ModelColumnDetail[];
  readonly pointsAt: readonly ModelReference[];
  readonly pointedAtBy: readonly ModelReference[];
  readonly findings: readonly Finding[];
  readonly choices: readonly EditChoice[];
}

/** Null where the model has no such table. */
export function tableDetail(read: ModelRead, id: string): ModelTableDetail | null {
  const { catalog, model } = read;
  const entry = model.tables.get(id);
  const table = catalog.tables.get(id);
  if (entry === undefined || table === undefined) return null;
  const place = model.loadOrder.indexOf(id);
  return {
    id,
    class: entry.class,
    words: tableInWords(entry),
    declared: entry.declared,
    otherPaths: entry.otherPaths.map(pathInWords),
    place: place === -1 ? null : place + 1,
    estimatedRows: table.estimatedRows,
    bytes: table.bytes,
    columns: table.columns.map((column) => columnDetail(read, table, column)),
    pointsAt: model.references
      .filter(({ from }) => from.table === id)
      .map((reference) => referenceOf(reference, reference.to.table)),
    pointedAtBy: model.references
      .filter(({ to }) => to.table === id)
      .map((reference) => referenceOf(reference, reference.from.table)),
    findings: findingsOf(model.findings, id),
    choices: tableChoices(read, id),
  };
}

/** The findings that are about a table or one of its columns. */
export function findingsOf(findings: readonly Finding[], table: string): readonly Finding[] {
  return findings.filter(
    ({ where }) => where === table || where.startsWith(`${table}.`) || where.startsWith(`${table} `),
  );
}

function columnDetail(read: ModelRead, table: Table, column: Column): ModelColumnDetail {
  const entry = read.model.tables.get(table.id)!.columns.find(({ name }) => name === column.name)!;
  return {
    name: column.name,
    type: column.type,
    nullable: column.nullable,
    key: table.keys.some(({ kind, columns }) => kind === "primary" && columns.includes(column.name)),
    class: entry.class,
    words: columnInWords(entry),
    computed: entry.computed,
    fresh: entry.fresh?.kind ?? null,
    choices: entry.computed ? [] : columnChoices(qualifiedColumn(table.id, column.name)),
  };
}

function referenceOf(reference: Parameters<typeof referenceInWords>[0], table: string): ModelReference {
  return { words: referenceInWords(reference), declared: reference.kind === "foreign key", table };
}
