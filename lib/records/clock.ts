/**
 * The records' clock, by which the console decides whatever rests on time: several machines drive and serve it, and each
 * has a clock of its own. A platform's database has one, too: what that has dated is held against its own (fence.ts).
 */
import { sql } from "drizzle-orm";
import type { RecordsSession } from "./client.ts";

/** A column's value: the beginning of the transaction that writes it. */
export const NOW = sql`now()` as unknown as Date;

export async function recordsNow(session: RecordsSession): Promise<Date> {
  const { rows } = await session.execute<{ now: number }>(
    sql`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
  );
  return new Date(rows[0]!.now);
}
