/**
 * A session's settings for carrying rows: what a value looks like as text must not depend on who connects.
 * PostgreSQL documentation, 20.11 Client Connection Defaults.
 */
import type pg from "pg";

/**
 * Settings under which every output function prints exactly what its input function reads back, and under which
 * no policy hides a row in silence: with `row_security = off` a policy that would apply raises instead.
 * `extra_float_digits = 1` prints the shortest text that reads back to the same bits.
 */
const EXACT_TEXT: Readonly<Record<string, string>> = {
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
  lc_monetary: "C",
  xmloption: "content",
  standard_conforming_strings: "on",
  client_encoding: "UTF8",
  row_security: "off",
  // Names in types, defaults and regclass values come qualified, whatever the role's own path is.
  search_path: "pg_catalog",
  idle_in_transaction_session_timeout: "0",
  statement_timeout: "0",
};

/** Pins the settings above for the rest of the session. Safe inside and outside of a transaction. */
export async function pinSession(client: pg.ClientBase): Promise<void> {
  await client.query(
    "SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS settings(name, value)",
    [Object.keys(EXACT_TEXT), Object.values(EXACT_TEXT)],
  );
}
