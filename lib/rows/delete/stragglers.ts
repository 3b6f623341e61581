/** Rows that came after the records were made, in tables that no fence holds: they are the tenant's, and in no bundle anyway. */
import { quoteColumns } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { Member } from "./member.ts";
import { ownTransaction, type Writer } from "./own-transaction.ts";
import { recordedRows, whereNames } from "./statements.ts";

/** Whether no row of the group travels, so that the fence is on none of its tables. */
export function isUnfenced(group: readonly Member[]): boolean {
  return group.every(({ doomed }) => doomed.model.class === "excluded");
}

/** Records behind the group's last place whatever is there now: all that was recorded before is gone. */
export async function recordStragglers(
  writer: Writer,
  model: TenancyModel,
  group: readonly Member[],
  tenantKeySql: string,
): Promise<void> {
  const { client, tenantKey, context } = writer;
  await ownTransaction(writer, async () => {
    const { rows } = await client.query<{ places: number }>(
      "SELECT places::float8 AS places FROM tenantry.erasure_group WHERE tenant = $1 AND grouped = $2 AND upto = places",
      [tenantKey, group[0]!.doomed.group],
    );
    let last = rows[0]?.places ?? null;
    if (last === null) return { value: undefined, expected: new Map() };
    for (const { doomed, record, number } of group) {
      const names = [...record.columns.values(), ...whereNames(record)];
      const list = names.map((name) => quoteColumns([name])).join(", ");
      // In what order they point at each other nobody has looked: they go together.
      const knot = doomed.tangled ? ["knot", `$1 + count(*) OVER ()`] : null;
      const { rowCount } = await context.sideEffect(`record ${doomed.table.id}`, () =>
        client.query(
          `INSERT INTO ${record.place} (place, ${knot === null ? "" : "knot, "}${list})
           SELECT $1::bigint + place, ${knot === null ? "" : `${knot[1]}, `}${list}
             FROM (${recordedRows(model, doomed, record, tenantKeySql)}) r`,
          [last],
        ),
      );
      last += rowCount ?? 0;
      await client.query(
        "UPDATE tenantry.erasure_table SET recorded = recorded + $3 WHERE tenant = $1 AND number = $2",
        [tenantKey, number, rowCount],
      );
    }
    await client.query("UPDATE tenantry.erasure_group SET places = $3 WHERE tenant = $1 AND grouped = $2", [
      tenantKey,
      group[0]!.doomed.group,
      last,
    ]);
    return { value: undefined, expected: new Map() };
  });
}
