/** Going on with a delete that an older version has begun. */
import type pg from "pg";
import { markOf } from "../fence/statements.ts";
import type { Member } from "./member.ts";

/** Records with the column that says where a row lies: at first only rows without a key had it. */
const PLACED = `
  SELECT c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'at_place' AND NOT a.attisdropped
   WHERE n.nspname = 'tenantry' AND starts_with(c.relname, $1)`;

/** The same members, of which each is looked for by what its record keeps: by its key alone, where that is all. */
export async function asRecorded(
  client: pg.ClientBase,
  tenantKey: string,
  members: readonly Member[],
): Promise<Member[]> {
  const prefix = `doomed_${markOf(tenantKey)}_`;
  const { rows } = await client.query<{ name: string }>(PLACED, [prefix]);
  const placed = new Set(rows.map(({ name }) => name));
  return members.map((member) => {
    const { record, number } = member;
    return { ...member, record: { ...record, placed: record.placed && placed.has(`${prefix}${number}`) } };
  });
}
