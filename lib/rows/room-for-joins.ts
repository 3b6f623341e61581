/** Memory for sessions that read a tenant's rows. */
import type pg from "pg";

/**
 * Whose a row is, a hash of its parents' keys tells. With the server's usual 4 MB those of 130,000 parents are written
 * to its disk in two batches, and with them half of the children's rows: a quarter of the time of such a table. Until
 * the session's end; a server that gives more is left as it is.
 */
export async function giveRoomForJoins(client: pg.ClientBase): Promise<void> {
  await client.query(
    "SELECT set_config('work_mem', '16MB', false) WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('16MB')",
  );
}
