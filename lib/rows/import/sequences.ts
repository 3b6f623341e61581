/** Sequences and the ids that come from them: drawing fresh ones, and catching up with ids that were kept. */
import type pg from "pg";
import type { Catalog, Sequence, Table } from "../../catalog/catalog.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { copyOut } from "../../postgres/copy-streams.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import { isInteger } from "../../tenancy/column-types.ts";
import { forEachLine } from "../compare/lines.ts";
import { parseInteger } from "../remap/id-maps.ts";
import { createIntegerMap, createRunBuilder, type IntegerMap } from "../remap/integer-map.ts";

/**
 * Draws a fresh id for every old one, in order, and one more for nobody. By nextval, row by row: a block set aside
 * by setval could overlap what another session draws, for sequences cannot be locked. 2.2 M a second, measured.
 * PostgreSQL documentation, 9.17 Sequence Manipulation Functions.
 *
 * @param sequence qualified name as the catalog prints it, quoted where it must be
 * @throws Refusal where the sequence has no numbers left, is beyond 2^53, or the role may not draw from it
 */
export async function drawIds(
  client: pg.ClientBase,
  sequence: string,
  old: Float64Array,
): Promise<IntegerMap> {
  const runs = createRunBuilder();
  const sql = `COPY (SELECT nextval(${quoteLiteral(sequence)}::regclass) FROM generate_series(1, ${old.length + 1})) TO STDOUT`;
  let nobody = 0;
  try {
    await forEachLine(copyOut(client, sql), (buffer, start, end) => {
      const id = parseInteger(buffer.subarray(start, end));
      if (id === null) throw new Refusal(beyondExact(sequence));
      if (runs.size < old.length) runs.add(id);
      else nobody = id;
    });
  } catch (error) {
    const refused = DRAW_REFUSALS[(error as { code?: string }).code ?? ""];
    throw refused === undefined ? error : new Refusal(refused(sequence, old.length), { cause: error });
  }
  return createIntegerMap(old, runs.finish(), nobody);
}

/** By SQLSTATE: sequence_generator_limit_exceeded, insufficient_privilege (Appendix A). */
const DRAW_REFUSALS: Readonly<Record<string, (sequence: string, wanted: number) => Finding>> = {
  "2200H": (where, count) => ({
    code: "sequence-exhausted",
    severity: "blocks",
    where,
    count,
    what: `The sequence reached its end before it had given the ${count} fresh ids that the tenant needs.`,
    todo: `Give it more room (ALTER SEQUENCE ${where} MAXVALUE …; and a wider type for the column), or import with --keep-ids.`,
  }),
  "42501": (where) => ({
    code: "no-sequence-usage",
    severity: "blocks",
    where,
    what: "The role may not draw from this sequence.",
    todo: `GRANT USAGE, SELECT, UPDATE ON SEQUENCE ${where} to the role that imports.`,
  }),
};

function beyondExact(where: string): Finding {
  return {
    code: "integer-id-too-large",
    severity: "blocks",
    where,
    what: "The sequence is beyond 2^53, up to where fresh ids are mapped.",
    todo: "Import with --keep-ids.",
  };
}

/**
 * Moves every sequence that feeds a loaded table past the furthest id that it could have drawn: what was kept must
 * not be drawn again. Never backwards, and by whole increments: where databases share out the numbers (odd ones
 * here, even ones there) each goes on drawing its own. Ids outside of the sequence's bounds were never its own.
 * The furthest id is read after the load, residents included; setval is not undone by a rollback, which does no
 * harm: ids are skipped.
 *
 * @param isDrawn columns whose values this import has drawn from their sequence: it is past them already
 */
export async function advanceSequences(
  client: pg.ClientBase,
  catalog: Catalog,
  tables: readonly string[],
  isDrawn: (table: string, column: string) => boolean = () => false,
): Promise<void> {
  for (const id of tables) {
    const table = catalog.tables.get(id)!;
    for (const column of table.columns) {
      const sequence = catalog.sequences.find((candidate) => candidate.id === column.sequence);
      // A text column may draw its number from a sequence: what is around the number only the application knows.
      if (sequence !== undefined && isNumber(column.baseType) && !isDrawn(id, column.name))
        await client.query(advanceSql(table, column.name, sequence));
    }
  }
}

function isNumber(baseType: string): boolean {
  return isInteger(baseType) || baseType === "pg_catalog.numeric";
}

/** `div` cuts towards zero, so the new last value is the furthest id or less than one increment short of it. */
function advanceSql(table: Table, column: string, sequence: Sequence): string {
  const descends = sequence.increment.startsWith("-");
  const name = quoteIdentifier(column);
  return `
    SELECT setval(${quoteLiteral(sequence.id)}::regclass,
                  (last_value + div(furthest - last_value, ${sequence.increment}) * ${sequence.increment})::int8)
      FROM (SELECT ${descends ? "min" : "max"}(${name})::numeric AS furthest
              FROM ${quoteQualified(table.schema, table.name)}
             WHERE ${name} BETWEEN ${sequence.minimum} AND ${sequence.maximum}) reached,
           (SELECT last_value, is_called FROM ${quoteQualified(sequence.schema, sequence.name)}) drawn
     WHERE furthest ${descends ? "<" : ">"} last_value OR (furthest = last_value AND NOT is_called)`;
}
