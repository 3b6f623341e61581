/** What a proof of emptiness says where it does not hold: what is left, and what nobody can say. Pure. */
import type { Finding } from "../../findings/finding.ts";
import type { EmptinessProof } from "../../rows/delete/prove-empty.ts";
import { schemaInWords } from "../../rows/delete/schema-left.ts";

/** @param where the database's name */
export function leftOver(proof: EmptinessProof, where: string): Finding {
  const { tables, references, schema } = proof;
  const unknown = references.filter(({ rows, left }) => rows === null && !left);
  const left = [
    ...tables
      .map(({ table, byPath, byKey }) => ({ table, rows: (byPath ?? 0) + (byKey ?? 0) }))
      .filter(({ rows }) => rows > 0)
      .map(({ table, rows }) => `${rows} rows of ${table}`),
    ...references
      .filter(({ rows, left }) => rows !== null && rows > 0 && !left)
      .map(({ id, rows }) => `${rows} rows that name it by ${id}`),
    ...(schema?.isThere ? [`the ${schemaInWords(schema)}`] : []),
  ];
  const what = [
    ...(left.length === 0 ? [] : [`Something is left: ${left.join("; ")}.`]),
    ...(unknown.length === 0
      ? []
      : [
          `Whether a row still names it by ${unknown.map(({ id }) => id).join(", ")}, nobody can say: ${unknown.length === 1 ? "that reference" : "those references"} came after the rows that go were noted.`,
        ]),
  ];
  return {
    code: "not-empty",
    severity: "blocks",
    where,
    what: what.length === 0 ? "Not every row that was noted is deleted." : what.join(" "),
    todo:
      left.length > 0
        ? `Find out who wrote behind the fence${schema?.isThere ? ", or made the schema again, which nothing here drops for them" : ""}; then resume: it is looked at again.`
        : "Take the new reference back, or look by hand whether it names the tenant; then resume.",
  };
}
