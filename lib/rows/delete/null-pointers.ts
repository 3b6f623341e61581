/** Pointers of rows that stay, set to NULL because people have said so, batch by batch; what they were is kept. */
import { Refusal } from "../../findings/finding.ts";
import { quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { keyOf, onlyOf } from "./doomed-tables.ts";
import { type Member, recordedAs } from "./member.ts";
import { batchLimits, ownTransaction, type Writer } from "./own-transaction.ts";
import { type Pointer, pointingAt, stays } from "./pointers-in.ts";

/**
 * Rows that point at recorded ones, whoever has written them since the plan.
 *
 * @returns how many were set to NULL; fewer than `rows` when there are no more
 */
export async function nullBatch(
  writer: Writer,
  model: TenancyModel,
  pointer: Pointer,
  target: Member,
  tenantKeySql: string,
  rows: number,
): Promise<number> {
  const { client, tenantKey, context } = writer;
  const { from, nulls } = pointer;
  const key = keyOf(from)!;
  const pointing =
    pointingAt(pointer, recordedAs(target, pointer.targetColumns, "o")) + stays(model, pointer, tenantKeySql);
  const texts = (columns: readonly string[], alias: string) =>
    `ARRAY[${columns.map((name) => `concat(${quoteColumns([name], alias)})`).join(", ")}]`;
  const same = key.map((name) => `f.${quoteColumns([name])} = b.${quoteColumns([name])}`).join(" AND ");
  const statement = `
    WITH b AS (SELECT ${quoteColumns(key, "f")}, ${texts(key, "f")} AS tenantry_key, ${texts(nulls!, "f")} AS tenantry_was
                 FROM ${pointing} LIMIT $1 FOR NO KEY UPDATE OF f),
         u AS (UPDATE ${onlyOf(from)}${quoteQualified(from.schema, from.name)} f
                  SET ${nulls!.map((name) => `${quoteColumns([name])} = NULL`).join(", ")}
                 FROM b WHERE ${same} RETURNING b.tenantry_key, b.tenantry_was)
    INSERT INTO tenantry.erasure_nulled (tenant, pointer, from_table, key_columns, key, columns, was)
    SELECT $2, $3, $4, $5, tenantry_key, $6, tenantry_was FROM u`;
  return ownTransaction(writer, async () => {
    await client.query(batchLimits(writer));
    const { rowCount } = await context.sideEffect(`null ${from.id}`, () =>
      client.query(statement, [rows, tenantKey, pointer.id, from.id, key, nulls]),
    );
    const updated = rowCount ?? 0;
    const expected = new Map(updated === 0 ? [] : [[from.id, { inserted: 0, updated, deleted: 0 }]]);
    return { value: updated, expected };
  });
}

/** The pointers that are to be set to NULL, each with the record of what it points at. */
export function pointersToNull(
  pointers: readonly Pointer[],
  members: readonly Member[],
  answers: Readonly<Record<string, string>>,
): { readonly pointer: Pointer; readonly target: Member }[] {
  return pointers
    .filter(({ id, ownersOwn }) => answers[id] === "null" && !ownersOwn)
    .map((pointer) => {
      if (pointer.nulls === null) throw new Refusal(cannotBeNull(pointer));
      return { pointer, target: members.find(({ doomed }) => doomed.table.id === pointer.toRoot)! };
    });
}

function cannotBeNull({ from, columns }: Pointer) {
  return {
    code: "pointer-not-nullable",
    severity: "blocks" as const,
    where: `${from.id} (${columns.join(", ")})`,
    what: "The plan's answer sets it to NULL, and it takes none, or it says whose the row is.",
    todo: "Plan the delete anew, and answer otherwise.",
  };
}
