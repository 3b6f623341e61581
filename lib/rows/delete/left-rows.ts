/** Which rows a delete that was stopped has left, by its records. Pure. */
import type { Catalog } from "../../catalog/catalog.ts";
import { quoteQualified } from "../../postgres/identifiers.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { doomedTables, onlyOf } from "./doomed-tables.ts";
import { groupsOf, type Member, membersOf } from "./member.ts";
import { pointersInto } from "./pointers-in.ts";
import { isRecorded } from "./statements.ts";
import type { TenantGround } from "./tenant-ground.ts";

/** The tables of a delete that was stopped, with their records, in the order of their going; none where none has begun. */
export function recordedMembers(
  { erasure }: TenantGround,
  catalog: Catalog,
  model: TenancyModel,
  tenantKey: string,
): Member[] {
  if (erasure === null) return [];
  const doomed = doomedTables(catalog, model);
  return groupsOf(membersOf(tenantKey, doomed, pointersInto(catalog, model, doomed), erasure)).flat();
}

/**
 * What stands behind FROM for the rows that are left, by table, under the alias `l`: of a table that a delete has
 * recorded its record knows them; of any other, all are.
 */
export function leftOf(
  { erasure }: TenantGround,
  members: readonly Member[],
  { tables }: Catalog,
): (table: string) => string {
  return (id) => {
    const table = tables.get(id)!;
    const from = `${onlyOf(table)}${quoteQualified(table.schema, table.name)} l`;
    const member = members.find(({ doomed }) => doomed.table.id === id);
    const group = erasure?.groups.find((each) => each.group === member?.doomed.group);
    if (member === undefined || group === undefined) return from;
    return `${from} JOIN ${member.record.place} d ON ${isRecorded(member.doomed, member.record, "l")} WHERE d.place > ${group.upto}`;
  };
}
