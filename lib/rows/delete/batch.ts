/** One batch of a delete: so many recorded rows and not one else, with the checkpoint in the same transaction. */
import { Refusal } from "../../findings/finding.ts";
import type { WriteCounts } from "../../postgres/transaction-counts.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Member } from "./member.ts";
import { batchLimits, ownTransaction, type Writer } from "./own-transaction.ts";
import { batchEnd, batchStatement, CHECKPOINT } from "./statements.ts";

export interface DeletedBatch {
  readonly upto: number;
  /** Rows that went, over all tables of the group. */
  readonly rows: number;
}

/**
 * @param after the place up to which the group's rows are gone; `rows`: as many as there are to be, about; `places`: of
 *   the whole group
 * @throws Refusal `rows-escaped` where a recorded row of a bundled table was not there to be deleted, or was not let go
 */
export async function deleteBatch(
  writer: Writer,
  model: TenancyModel,
  group: readonly Member[],
  tenantKeySql: string,
  { after, rows, places }: { readonly after: number; readonly rows: number; readonly places: number },
): Promise<DeletedBatch> {
  const { client, tenantKey, context } = writer;
  const { tangled, group: number, table } = group[0]!.doomed;
  return ownTransaction(writer, async () => {
    await client.query(batchLimits(writer));
    const { upto, recorded: all } = tangled
      ? await endOf(client, group, after, rows)
      : { upto: Math.min(after + rows, places), recorded: [Math.min(rows, places - after)] };
    // Row and checkpoint come back together where the server crashes before it has written them to disk; the batch
    // that ends a group is waited for, and all before it with it. PostgreSQL documentation, 28.4 Asynchronous Commit.
    if (upto < places) await client.query("SET LOCAL synchronous_commit TO off");
    const deleteBy = async (by: "places" | "keys") =>
      (
        await client.query<{ deleted: number[] }>(batchStatement(model, group, tenantKeySql, by), [
          after,
          upto,
        ])
      ).rows[0]!.deleted;
    const deleted = await context.sideEffect(`delete ${table.id}`, async () => {
      const gone = await deleteBy("places");
      const isShort = group.some(({ record }, at) => record.placed && gone[at]! < all[at]!);
      if (!isShort) return gone;
      const moved = await deleteBy("keys");
      return gone.map((count, at) => count + moved[at]!);
    });
    const expected = new Map<string, WriteCounts>();
    for (const [at, member] of group.entries()) {
      const recorded = all[at]!;
      const isBundled = member.doomed.model.class !== "excluded";
      // Rows that never travel are not fenced: the application may have taken some of them itself.
      if (isBundled && deleted[at] !== recorded) throw new Refusal(escaped(member, recorded, deleted[at]!));
      if (deleted[at]! > 0)
        expected.set(member.doomed.table.id, { inserted: 0, updated: 0, deleted: deleted[at]! });
    }
    const moved = await client.query(CHECKPOINT, [
      tenantKey,
      number,
      after,
      upto,
      group.map((member) => member.number),
      all,
    ]);
    if (moved.rowCount !== 1) throw new Error("the checkpoint is not where this worker has left it");
    return { value: { upto, rows: deleted.reduce((sum, each) => sum + each, 0) }, expected };
  });
}

async function endOf(
  client: Writer["client"],
  group: readonly Member[],
  after: number,
  rows: number,
): Promise<{ upto: number; recorded: number[] }> {
  const { rows: ends } = await client.query<{ upto: number; recorded: number[] }>(batchEnd(group), [
    after,
    rows,
  ]);
  return ends[0]!;
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
