/** A tenant's own schema goes when it is empty: its rows went like anybody's, by count, and only their tables are left. */
import type pg from "pg";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../postgres/identifiers.ts";
import { type Doomed, onlyOf } from "./doomed-tables.ts";
import { ownTransaction, type Writer } from "./own-transaction.ts";
import { retried } from "./retried.ts";

/**
 * Whatever else stands on an object of the schema: a view elsewhere, a foreign key of another schema's table. PostgreSQL
 * documentation, 51.18 pg_depend: 'n' is what CASCADE would take along.
 */
const STANDING_ON_IT = `
  WITH inside AS (
    SELECT 'pg_catalog.pg_class'::regclass AS class, oid FROM pg_catalog.pg_class WHERE relnamespace = $1::regnamespace
    UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, oid FROM pg_catalog.pg_proc WHERE pronamespace = $1::regnamespace
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass, oid FROM pg_catalog.pg_type WHERE typnamespace = $1::regnamespace)
  SELECT DISTINCT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) AS what
    FROM pg_catalog.pg_depend d JOIN inside i ON d.refclassid = i.class AND d.refobjid = i.oid,
         LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) o
   WHERE d.deptype = 'n'
     AND coalesce(o.schema,
           (SELECT c.relnamespace::regnamespace::text FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
             WHERE d.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objid),
           (SELECT c.relnamespace::regnamespace::text FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
             WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid),
           (SELECT c.relnamespace::regnamespace::text FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
             WHERE d.classid = 'pg_catalog.pg_trigger'::regclass AND g.oid = d.objid),
           '') NOT IN ($1, 'tenantry')
   ORDER BY 1`;

/** @throws Refusal where a row is left in it, or something outside stands on it */
export async function dropTenantSchema(writer: Writer, doomed: readonly Doomed[]): Promise<void> {
  const { client, catalog, context } = writer;
  const name = catalog.tenantSchema?.name;
  if (name === undefined || !(await isThere(client, name))) return;
  const tables = doomed.map(({ table }) => table).filter(({ schema }) => schema === name);
  await retried(context, () =>
    ownTransaction(writer, async () => {
      for (const table of tables) {
        const own = quoteQualified(table.schema, table.name);
        await client.query(`LOCK TABLE ${own} IN ACCESS EXCLUSIVE MODE`);
        const { rows } = await client.query(`SELECT FROM ${onlyOf(table)}${own} LIMIT 1`);
        if (rows.length > 0) throw new Refusal(notEmpty(table.id));
      }
      const { rows: outside } = await client.query<{ what: string }>(STANDING_ON_IT, [
        quoteIdentifier(name).replace(/^"([a-z_][a-z0-9_]*)"$/, "$1"),
      ]);
      if (outside.length > 0)
        throw new Refusal(
          stoodOn(
            name,
            outside.map(({ what }) => what),
          ),
        );
      await context.sideEffect("drop schema", () =>
        client.query(`DROP SCHEMA ${quoteIdentifier(name)} CASCADE`),
      );
      return { value: undefined, expected: new Map() };
    }),
  );
}

async function isThere(client: pg.ClientBase, name: string): Promise<boolean> {
  return (
    (await client.query("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", [name])).rows.length > 0
  );
}

function notEmpty(where: string): Finding {
  return {
    code: "schema-not-empty",
    severity: "blocks",
    where,
    what: "A row is in it that nobody has recorded: the schema is not dropped with it.",
    todo: "Look who writes past the fence; export the tenant again if the row matters.",
  };
}

function stoodOn(where: string, objects: readonly string[]): Finding {
  return {
    code: "schema-stood-on",
    severity: "blocks",
    where,
    count: objects.length,
    what: `Outside of the schema ${objects.slice(0, 3).join(", ")}${objects.length > 3 ? " and more" : ""} stand on what is in it, and would go with it.`,
    todo: "Drop or change them first: the rows of the tenant are gone already.",
  };
}
