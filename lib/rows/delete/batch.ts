/** One batch of a delete: so many recorded rows and not one else, with the checkpoint in the same transaction. */
import { Refusal } from "../../findings/finding.ts";
import type { WriteCounts } from "../../postgres/transaction-counts.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { BATCH_LIMITS, ownTransaction, type Writer } from "./own-transaction.ts";
import type { Member } from "./record.ts";
import { batchEnd, batchStatement } from "./statements.ts";

export interface DeletedBatch {
  readonly upto: number;
  /** Rows that went, over all tables of the group. */
  readonly rows: number;
}

/**
 * @param after the place up to which the group's rows are gone
 * @param rows as many as there are to be, about
 * @throws Refusal `rows-escaped` where a recorded row of a bundled table was not there to be deleted, or was not let go
 */
export async function deleteBatch(
  writer: Writer,
  model: TenancyModel,
  group: readonly Member[],
  tenantKeySql: string,
  after: number,
  rows: number,
): Promise<DeletedBatch> {
  const { client, tenantKey, context } = writer;
  const { tangled, group: number, table } = group[0]!.doomed;
  return ownTransaction(writer, async () => {
    await client.query(BATCH_LIMITS);
    const ends = await client.query<{ upto: number }>(
      `SELECT upto::float8 AS upto FROM (${batchEnd(group, tangled)}) e`,
      [after, rows],
    );
    const { upto } = ends.rows[0]!;
    const counted = await client.query<Record<string, number>>(
      `SELECT ${group.map(({ record }, at) => `(SELECT count(*) FROM ${record.place} WHERE place > $1 AND place <= $2)::float8 AS n${at}`).join(", ")}`,
      [after, upto],
    );
    const gone = await context.sideEffect(`delete ${table.id}`, () =>
      client.query<{ deleted: number[] }>(batchStatement(model, group, tenantKeySql), [after, upto]),
    );
    const { deleted } = gone.rows[0]!;
    const expected = new Map<string, WriteCounts>();
    for (const [at, member] of group.entries()) {
      const recorded = counted.rows[0]![`n${at}`]!;
      const isBundled = member.doomed.model.class !== "excluded";
      // Rows that never travel are not fenced: the application may have taken some of them itself.
      if (isBundled && deleted[at] !== recorded) throw new Refusal(escaped(member, recorded, deleted[at]!));
      if (deleted[at]! > 0)
        expected.set(member.doomed.table.id, { inserted: 0, updated: 0, deleted: deleted[at]! });
      await client.query(
        "UPDATE tenantry.erasure_table SET deleted = deleted + $3 WHERE tenant = $1 AND number = $2",
        [tenantKey, member.number, recorded],
      );
    }
    const moved = await client.query(
      "UPDATE tenantry.erasure_group SET upto = $3 WHERE tenant = $1 AND grouped = $2 AND upto = $4",
      [tenantKey, number, upto, after],
    );
    if (moved.rowCount !== 1) throw new Error("the checkpoint is not where this worker has left it");
    return { value: { upto, rows: deleted.reduce((sum, each) => sum + each, 0) }, expected };
  });
}

function escaped({ doomed }: Member, recorded: number, deleted: number) {
  return {
    code: "rows-escaped",
    severity: "blocks" as const,
    where: doomed.table.id,
    count: recorded - deleted,
    what: `Of ${recorded} rows of a batch ${deleted} went: a trigger keeps rows from being deleted, or somebody has written past the fence.`,
    todo: "Nothing of this batch was kept. Look at the table's BEFORE DELETE triggers, and at who may disable triggers or set the replica role.",
  };
}
