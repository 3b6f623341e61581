/**
 * Generated identifiers: the only values that change on an import with fresh ids. A whole single-column key of
 * an owned table that is no reference itself, and that is a uuid, fed by a sequence, or declared `generated`.
 */
import type { Column } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Answers } from "./answers.ts";
import type { Classification } from "./classify.ts";
import { classOfColumn } from "./column-classes.ts";
import { isInteger, isText, isUuid } from "./column-types.ts";
import type { FreshId, Reference } from "./model.ts";
import { isOwnKey, isOwnPrimaryKey } from "./own-keys.ts";
import { isOwned } from "./references.ts";

/** @returns by qualified column name; and what a person must say about keys that nobody knows how to make */
export function generatedIds(
  classification: Classification,
  references: readonly Reference[],
  answers: Answers,
): { readonly fresh: ReadonlyMap<string, FreshId>; readonly findings: readonly Finding[] } {
  const pointing = new Set(
    references.flatMap(({ from }) => from.columns.map((name) => qualifiedColumn(from.table, name))),
  );
  const fresh = new Map<string, FreshId>();
  const findings: Finding[] = [];
  for (const { table, whole } of [...classification.tables.values()].filter(isOwned)) {
    for (const column of table.columns) {
      const name = qualifiedColumn(table.id, column.name);
      const generator = answers.columns.get(table.id)?.get(column.name)?.generated ?? null;
      const isCandidate =
        isOwnKey(table, column.name) &&
        !pointing.has(name) &&
        // Where the tenant is only a value no reference says that this is its key.
        classification.keys.get(table.id)?.column !== column.name &&
        column.generated === null &&
        classOfColumn(answers, table, column).class !== "secret";
      const id = isCandidate ? freshId(column, generator) : null;
      if (id !== null) fresh.set(name, id);
      else if (generator !== null) findings.push(noGeneratedKey(name));
      // In a schema of the tenant's own nobody else has the key: it may stay as it is.
      else if (
        isCandidate &&
        !whole &&
        isOwnPrimaryKey(table, column.name) &&
        table.id !== answers.root?.id
      ) {
        findings.push(undeclared(column, name));
      }
    }
  }
  return { fresh, findings };
}

function freshId(column: Column, generator: string | null): FreshId | null {
  if (isUuid(column.baseType)) return { kind: "uuid" };
  if (column.sequence !== null && isInteger(column.baseType)) {
    return { kind: "integer", sequence: column.sequence };
  }
  if (generator === null || !isText(column.baseType)) return null;
  // A uuid kept as text is made like any uuid.
  return generator === "uuid" ? { kind: "uuid" } : { kind: "text", generator };
}

function noGeneratedKey(where: string): Finding {
  return {
    code: "generated-not-a-key",
    severity: "blocks",
    where,
    what: `${where} is declared \`generated\`, and it is no text key of its own that points at nothing: fresh ones cannot be made.`,
    todo: "Remove the line: uuids, sequences and references need none.",
  };
}

/** Stops only imports with fresh ids, so it warns here; the import asks for this code. */
function undeclared(column: Column, where: string): Finding {
  const isWord = isText(column.baseType);
  return {
    code: isWord ? "text-key-undeclared" : "key-not-generated",
    severity: "warns",
    where,
    what: `${where} is a primary key, and nobody has said how the application makes it: an import with fresh ids is not possible.`,
    todo: isWord
      ? `Add \`${where}: { generated: … }\` under \`columns\`: cuid, cuid2, ulid, ksuid, nanoid, uuid or a template such as inv_{base62:16}.`
      : "Import with kept ids, or let a sequence or an identity make the key.",
  };
}
