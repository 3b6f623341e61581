import type pg from "pg";
import type { Database, Extension, Role, Server } from "../catalog.ts";

const VERSION_NUMBER = "SELECT pg_catalog.current_setting('server_version_num')::int AS version";

/** `server_version_num`: what the other queries are written after. */
export async function readVersionNumber(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ version: number }>(VERSION_NUMBER);
  return rows[0]!.version;
}

interface ServerRow {
  version: string;
  track_counts: boolean;
  may_ask_control: boolean;
  oid: number;
  name: string;
  encoding: string;
  collation: string;
  ctype: string;
  collation_version: string | null;
  may_create: boolean;
  role: string;
  superuser: boolean;
  bypass_rls: boolean;
  may_set_replication_role: boolean;
}

/** ICU and builtin locales stand in a column of their own (pg_database, 52.15), renamed in 17. */
function localeOf(version: number): string {
  if (version < 150000) return "d.datcollate";
  const locale = version < 170000 ? "d.daticulocale" : "d.datlocale";
  return `CASE d.datlocprovider WHEN 'i' THEN 'icu:' || ${locale}
               ${version < 170000 ? "" : `WHEN 'b' THEN 'builtin:' || ${locale}`}
               ELSE d.datcollate END`;
}

/** GRANT SET ON PARAMETER and its question came with 15; before, only a superuser may. */
function maySetReplicationRole(version: number): string {
  if (version < 150000) return "r.rolsuper";
  return "r.rolsuper OR pg_catalog.has_parameter_privilege('session_replication_role', 'SET')";
}

const serverDatabaseRole = (version: number) => `
  SELECT pg_catalog.current_setting('server_version') AS version,
         pg_catalog.current_setting('track_counts')::boolean AS track_counts,
         pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
           AND pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE')
           AS may_ask_control,
         d.oid, d.datname AS name, pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
         ${localeOf(version)} AS collation, d.datctype AS ctype,
         ${version < 150000 ? "NULL" : "d.datcollversion"} AS collation_version,
         pg_catalog.has_database_privilege(d.oid, 'CREATE') AS may_create,
         r.rolname AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypass_rls,
         ${maySetReplicationRole(version)} AS may_set_replication_role
    FROM pg_catalog.pg_database d, pg_catalog.pg_roles r
   WHERE d.datname = pg_catalog.current_database() AND r.rolname = current_user`;

/**
 * A statement of its own: the right to EXECUTE is checked when the statement starts, so a CASE around the call
 * would not spare a role that may not. System Information Functions, 9.27.11.
 */
const CONTROL_DATA = `
  SELECT (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS system_identifier,
         (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()) AS timeline`;

interface ControlRow {
  system_identifier: string | null;
  timeline: number | null;
}

/** The server, the database and the role that asks. */
export async function readServer(
  client: pg.ClientBase,
  versionNumber: number,
): Promise<{ server: Server; database: Database; role: Role }> {
  const { rows } = await client.query<ServerRow>(serverDatabaseRole(versionNumber));
  const row = rows[0]!;
  const control = row.may_ask_control ? (await client.query<ControlRow>(CONTROL_DATA)).rows[0] : undefined;
  return {
    server: {
      versionNumber,
      version: row.version,
      systemIdentifier: control?.system_identifier ?? null,
      timeline: control?.timeline ?? null,
      trackCounts: row.track_counts,
    },
    database: {
      oid: row.oid,
      name: row.name,
      encoding: row.encoding,
      collation: row.collation,
      ctype: row.ctype,
      collationVersion: row.collation_version,
      mayCreateSchemas: row.may_create,
    },
    role: {
      name: row.role,
      superuser: row.superuser,
      bypassRls: row.bypass_rls,
      maySetReplicationRole: row.may_set_replication_role,
    },
  };
}

const EXTENSIONS = `
  SELECT e.extname AS name, e.extversion AS version, n.nspname AS schema
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
   ORDER BY e.extname`;

/** Installed extensions by name. */
export async function readExtensions(client: pg.ClientBase): Promise<Extension[]> {
  return (await client.query<Extension>(EXTENSIONS)).rows;
}
