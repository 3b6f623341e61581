/** Texts that lists are searched for, anywhere in them: an index of their parts of up to three letters. */
import { type SQL, type SQLWrapper, sql } from "drizzle-orm";

/**
 * The parts of one text out of several columns, which must not be null. `text_parts` is a function of the records
 * (drizzle/0012): pg_trgm would do, but not every server has it, nor may every role create it.
 */
export function foundBy(...columns: readonly SQLWrapper[]): SQL {
  return sql`text_parts(${sql.join([...columns], sql` || chr(10) || `)}, 1)`;
}
