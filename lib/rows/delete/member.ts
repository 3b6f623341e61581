/** The tables that lose rows, each with its record: by their numbers, in groups, and looked up. Pure. */
import { quoteColumns } from "../../postgres/identifiers.ts";
import type { Doomed } from "./doomed-tables.ts";
import type { Erasure } from "./erasure.ts";
import type { Pointer } from "./pointers-in.ts";
import { type Recorded, recordOf } from "./statements.ts";

/** A table that loses rows, with the record of which. */
export interface Member {
  readonly number: number;
  readonly doomed: Doomed;
  readonly record: Recorded;
}

/**
 * The tables by their numbers, each with the columns that its record keeps: its key, and what anybody points at.
 *
 * @param erasure of a delete that has begun: what it has recorded, and under which numbers
 */
export function membersOf(
  tenantKey: string,
  doomed: readonly Doomed[],
  pointers: readonly Pointer[],
  erasure: Pick<Erasure, "tables"> | null,
): Member[] {
  return doomed.flatMap((each, at): Member[] => {
    if (erasure !== null) {
      const begun = erasure.tables.find(({ table }) => table === each.table.id);
      if (begun === undefined) return [];
      const { number, group, columns } = begun;
      return [{ number, doomed: { ...each, group }, record: recordOf(tenantKey, number, each, columns) }];
    }
    const targets = pointers.filter(({ toRoot }) => toRoot === each.table.id);
    const own = pointers.filter(
      ({ from, foreignKey }) => each.tangled && foreignKey !== null && from.id === each.table.id,
    );
    const columns = new Set([
      ...(each.key ?? []),
      ...targets.flatMap(({ targetColumns }) => targetColumns),
      ...own.flatMap(({ columns: pointing }) => pointing),
    ]);
    return [{ number: at, doomed: each, record: recordOf(tenantKey, at, each, [...columns]) }];
  });
}

/** Tables that go together, in the order of their going. */
export function groupsOf(members: readonly Member[]): Member[][] {
  return [...Map.groupBy(members, ({ doomed }) => doomed.group).values()];
}

/** For looking a record up by what it keeps: the columns under the names that the table has for them. */
export function recordedAs({ record }: Member, columns: readonly string[], alias: string): string {
  const list = columns.map((name) => `${record.columns.get(name)} AS ${quoteColumns([name])}`);
  return `(SELECT ${list.join(", ")} FROM ${record.place}) ${alias}`;
}
