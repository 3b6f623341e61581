/** One snapshot and one spelling for everything that is read from pg_catalog. */
import type pg from "pg";

/**
 * What decides how the server prints names and expressions. Only pg_catalog on the search path: then
 * format_type, pg_get_expr and their kin qualify every other schema's name, for whoever asks (a name is
 * qualified when the path does not find it, System Catalog Information Functions, 9.27.4); pg_temp is named last
 * because it is searched first when it is not named. Constants inside defaults and predicates are printed by
 * their type's output function, hence the rest.
 */
const PINNED: Readonly<Record<string, string>> = {
  search_path: "pg_catalog, pg_temp",
  quote_all_identifiers: "off",
  standard_conforming_strings: "on",
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
  lc_monetary: "C",
};

const CURRENT_SETTINGS = `
  SELECT name, pg_catalog.current_setting(name) AS value FROM pg_catalog.unnest($1::pg_catalog.text[]) name`;

/** Until the end of the transaction (`is_local`). */
const SET_LOCALLY = `
  SELECT pg_catalog.set_config(name, value, true)
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[]))
      AS setting(name, value)`;

/**
 * Runs `work` inside the transaction that the client has open, or in a read-only REPEATABLE READ one of its own.
 * In the caller's transaction the settings are put back afterwards.
 */
export async function withPinnedCatalog<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  if (client.getTransactionStatus() === "I") return inOwnTransaction(client, work);
  const { rows } = await client.query<{ name: string; value: string }>(CURRENT_SETTINGS, [
    Object.keys(PINNED),
  ]);
  const putBack = () => setLocally(client, Object.fromEntries(rows.map(({ name, value }) => [name, value])));
  await setLocally(client, PINNED);
  try {
    const result = await work();
    await putBack();
    return result;
  } catch (error) {
    // After a failed statement nothing can be set, and the caller's rollback undoes the settings as well. Whether one
    // has failed, the client knows only a moment after its error.
    await putBack().catch(() => undefined);
    throw error;
  }
}

async function inOwnTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    await setLocally(client, PINNED);
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // A connection that is gone cannot roll back, and the first error is the one to tell.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function setLocally(client: pg.ClientBase, settings: Readonly<Record<string, string>>): Promise<void> {
  await client.query(SET_LOCALLY, [Object.keys(settings), Object.values(settings)]);
}
