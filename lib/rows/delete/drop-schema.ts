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
  WITH own AS (SELECT oid, quote_ident(nspname) AS quoted FROM pg_catalog.pg_namespace WHERE nspname = $1),
  inside AS (
    SELECT 'pg_catalog.pg_class'::regclass::oid AS class, c.oid FROM pg_catalog.pg_class c, own WHERE c.relnamespace = own.oid
    UNION ALL SELECT 'pg_catalog.pg_proc'::regclass::oid, p.oid FROM pg_catalog.pg_proc p, own WHERE p.pronamespace = own.oid
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass::oid, t.oid FROM pg_catalog.pg_type t, own WHERE t.typnamespace = own.oid),
  holders AS (
    SELECT 'pg_catalog.pg_constraint'::regclass::oid AS class, oid, conrelid AS relation FROM pg_catalog.pg_constraint WHERE conrelid <> 0
    UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass::oid, oid, ev_class FROM pg_catalog.pg_rewrite
    UNION ALL SELECT 'pg_catalog.pg_trigger'::regclass::oid, oid, tgrelid FROM pg_catalog.pg_trigger
    UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass::oid, oid, adrelid FROM pg_catalog.pg_attrdef
    UNION ALL SELECT 'pg_catalog.pg_policy'::regclass::oid, oid, polrelid FROM pg_catalog.pg_policy)
  SELECT DISTINCT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) AS what
    FROM pg_catalog.pg_depend d JOIN inside i ON d.refclassid = i.class AND d.refobjid = i.oid
    CROSS JOIN own CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) o
    LEFT JOIN holders h ON h.class = d.classid AND h.oid = d.objid
    LEFT JOIN pg_catalog.pg_class c ON c.oid = h.relation LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE d.deptype = 'n' AND coalesce(quote_ident(n.nspname), o.schema, '') NOT IN (own.quoted, 'tenantry')
   ORDER BY 1`;

/** Null where nothing outside of the schema would go with it. */
export async function schemaStoodOn(client: pg.ClientBase, name: string): Promise<Finding | null> {
  const { rows } = await client.query<{ what: string }>(STANDING_ON_IT, [name]);
  return rows.length === 0
    ? null
    : stoodOn(
        name,
        rows.map(({ what }) => what),
      );
}

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
      const outside = await schemaStoodOn(client, name);
      if (outside !== null) throw new Refusal(outside);
      await context.sideEffect("drop schema", () =>
        client.query(`DROP SCHEMA ${quoteIdentifier(name)} CASCADE`),
      );
      return { value: undefined, expected: new Map(), dropped: name };
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
    todo: "Drop or change them first.",
  };
}
