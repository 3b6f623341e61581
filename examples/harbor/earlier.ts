/** Harbor as it was at an earlier version, with the rows that it would have had: the generator's, said as one said it then. */
import type pg from "pg";
import { migrate } from "../../lib/ledger/migrate.ts";
import { sqlxAdapter } from "../../lib/ledger/sqlx.ts";
import { copyIn, copyOut, ownPieces } from "../../lib/postgres/copy-streams.ts";
import { quoteColumns, quoteIdentifier, quoteQualified } from "../../lib/postgres/identifiers.ts";
import { advanceSequences } from "./generate/commons.ts";
import { HARBOR_MIGRATIONS } from "./set-up.ts";

/** Columns that are gone: what stood in them, in SQL over the head's row `t`. */
const GONE: Readonly<Record<string, string>> = {
  "organizations.plan": "(SELECT code FROM public.plans WHERE id = t.plan_id)",
  "organizations.domain": "(SELECT min(hostname) FROM public.domains WHERE organization_id = t.id)",
  "memberships.role": "(SELECT name FROM public.roles WHERE id = t.role_id)",
  "customers.contact":
    "CASE WHEN contact_email IS NULL THEN contact_name ELSE coalesce(contact_name, '') || ' <' || contact_email || '>' END",
  "customers.street": "(t.address).street",
  "customers.postcode": "(t.address).postcode",
  "customers.city": "(t.address).city",
  "shipments.organization_id": "(SELECT organization_id FROM public.projects WHERE id = t.project_id)",
  "documents.extracted_text": "(SELECT extracted_text FROM public.document_data WHERE id = t.data_id)",
  "documents.thumbnail": "(SELECT thumbnail FROM public.document_data WHERE id = t.data_id)",
  "api_keys.key": "t.key_prefix || left(t.key_hash, 24)",
};

const COLUMNS = `
  SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
   WHERE c.relnamespace = 'public'::pg_catalog.regnamespace AND c.relkind = 'r' AND c.relname <> '_sqlx_migrations'
     AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   GROUP BY c.relname ORDER BY c.relname`;

const TABLES_AND_COLUMNS = `
  SELECT c.relname || '.' || a.attname AS name
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
   WHERE c.relnamespace = 'public'::pg_catalog.regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`;

/**
 * Migrates an empty database up to a version and fills it from one that `setUpHarbor` has filled. The role must be a
 * superuser there; the head is only read.
 */
export async function setUpHarborAt(
  client: pg.ClientBase,
  version: string,
  head: pg.ClientBase,
): Promise<void> {
  await migrate(client, sqlxAdapter, HARBOR_MIGRATIONS, { upTo: version });
  const known = new Set(
    (await head.query<{ name: string }>(TABLES_AND_COLUMNS)).rows.map(({ name }) => name),
  );
  const { rows: tables } = await client.query<{ table: string; columns: string[] }>(COLUMNS);
  await client.query("BEGIN");
  await client.query("SET LOCAL session_replication_role = replica");
  for (const { table, columns } of tables) {
    const values = columns.map((column) => {
      const name = `${table}.${column}`;
      if (known.has(name)) return `t.${quoteIdentifier(column)}`;
      const gone = GONE[name];
      if (gone === undefined) throw new Error(`nobody has said what stood in ${name}`);
      return gone;
    });
    const there = quoteQualified("public", table);
    await client.query(`DELETE FROM ${there}`);
    const rows = copyOut(head, `COPY (SELECT ${values.join(", ")} FROM ${there} t) TO STDOUT`);
    await copyIn(client, `COPY ${there} (${quoteColumns(columns)}) FROM STDIN`, ownPieces(rows));
  }
  await client.query("COMMIT");
  await advanceSequences(client);
}

/** Lines that the platform file had at earlier versions, for columns that are gone. */
const LINES_THEN = {
  columns: {
    "public.customers.contact": "personal",
    "public.api_keys.key": { class: "secret", on_import: "regenerate" },
  },
} as const;

interface PlatformDocument {
  tenant: { domains?: string };
  sub_keys: unknown[];
  tables: Record<string, unknown>;
  common: Record<string, { match: string[] }>;
  columns: Record<string, unknown>;
  references: { from: string; to?: string; pattern?: string }[];
  create?: unknown;
}

/**
 * The platform file as somebody would have kept it then: without a line about what was not there yet.
 *
 * @param today the parsed YAML of `platform.yaml`
 * @param client of a database at that version
 */
export async function platformAt(client: pg.ClientBase, today: unknown): Promise<unknown> {
  const document = structuredClone(today) as PlatformDocument;
  const { rows } = await client.query<{ name: string }>(TABLES_AND_COLUMNS);
  const known = new Set(rows.flatMap(({ name }) => [`public.${name}`, `public.${name.split(".")[0]}`]));
  const only = <T>(entries: Record<string, T>) =>
    Object.fromEntries(Object.entries(entries).filter(([name]) => known.has(name)));
  const names = ({ from, to, pattern }: PlatformDocument["references"][number]) => [
    from,
    ...(to === undefined || to === "none" ? [] : [to]),
    ...[...(pattern ?? "").matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!),
  ];
  if (!known.has(document.tenant.domains!)) document.tenant.domains = "domain";
  document.tables = only(document.tables);
  document.common = only(document.common);
  document.columns = only({ ...document.columns, ...LINES_THEN.columns });
  document.references = document.references.filter((line) => names(line).every((name) => known.has(name)));
  delete document.create;
  if (!known.has("public.projects")) document.sub_keys = [];
  if (known.has("public.organizations.domain")) document.tenant.domains = "domain";
  return document;
}
