/** Connections to platform databases: made for long reads and COPY, and with nothing secret in their errors. */
import pg from "pg";
import { Refusal } from "../findings/finding.ts";
import { describeDatabaseError } from "./database-error.ts";
import { createDirectSocket } from "./direct-socket.ts";

export { type DatabaseErrorDescription, describeDatabaseError, NOT_THE_DATABASE } from "./database-error.ts";

export interface ConnectOptions {
  /** What pg_stat_activity shows: `tenantry export`. */
  readonly applicationName: string;
  /** Every transaction is READ ONLY unless it says otherwise. */
  readonly readOnly?: boolean;
  /** Aborting cancels the statement that is running (SQLSTATE 57014); the session stays, for its rollback. */
  readonly signal?: AbortSignal;
}

/** How long a server may take to accept a connection, in milliseconds. */
const CONNECT_TIMEOUT = 15_000;
/** A silent COPY through a NAT box or firewall must not be taken for an idle connection. Milliseconds. */
const KEEP_ALIVE = 10_000;

/**
 * The server's own timeouts are made for web requests; an export's one transaction may well sit idle while the
 * disk catches up. `transaction_timeout` is there from PostgreSQL 17 on, hence the question whether there is such
 * a setting (documentation, 19.11.1 Statement Behavior); pg_settings would answer it after printing all of them. A
 * type of the platform that is called count would be a cast to it: the aggregate is named whole.
 */
const PREPARE_SESSION = `
  SELECT pg_backend_pid() AS pid, pg_catalog.count(set_config(name, setting, false))
  FROM (VALUES ('statement_timeout', '0'), ('transaction_timeout', '0'), ('idle_session_timeout', '0'),
               ('idle_in_transaction_session_timeout', '0'), ('default_transaction_read_only', $1))
    AS wanted(name, setting)
  WHERE current_setting(name, true) IS NOT NULL`;

const CANCEL_STATEMENT = "SELECT pg_catalog.pg_cancel_backend($1)";

/**
 * Opens a connection to the database that `url` names (`postgres://user:password@host:port/database?sslmode=…`).
 *
 * Refuses with `address-invalid` or `database-unreachable`; the original error is the cause. Neither text holds
 * the address as given, the user or the password.
 */
export async function connect(url: string, options: ConnectOptions): Promise<pg.Client> {
  const where = placeOf(url);
  const { signal } = options;
  let client: pg.Client | undefined;
  try {
    signal?.throwIfAborted();
    client = newClient(url, options.applicationName);
    // An idle connection that breaks would end the process; the next statement on it fails all the same.
    client.on("error", () => {});
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(PREPARE_SESSION, [options.readOnly ? "on" : "off"]);
    if (signal !== undefined) cancelOnAbort(client, signal, url, (rows[0] as { pid: number }).pid);
    signal?.throwIfAborted();
    return client;
  } catch (cause) {
    await client?.end().catch(() => {});
    signal?.throwIfAborted();
    throw new Refusal(
      {
        code: "database-unreachable",
        severity: "blocks",
        where,
        what: `No connection to the database: ${lowerFirst(describeDatabaseError(cause).sentence)}`,
        todo: "Check that the server runs and that the address, user and password are right.",
      },
      { cause },
    );
  }
}

/** Behind a colon. */
function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function newClient(url: string, applicationName: string): pg.Client {
  return new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE,
    ...(mayUseTls(url) ? {} : { stream: createDirectSocket }),
  });
}

/** Whether the address, or libpq's variable, says anything of TLS (PostgreSQL documentation, 34.1.2). */
function mayUseTls(url: string): boolean {
  return /[?&](ssl|tls)/i.test(url) || process.env.PGSSLMODE !== undefined;
}

/** The database as people know it, `harbor_eu_1 at 127.0.0.1:54329`: no user, no password, no options. */
function placeOf(url: string): string {
  // The URL parser's error holds the whole text, so it is not kept as a cause.
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new Refusal({
      code: "address-invalid",
      severity: "blocks",
      where: "database address",
      what: "The database's address is not a PostgreSQL URL.",
      todo: "Write it as postgres://user:password@host:port/database.",
    });
  }
  const database = decodeURIComponent(parsed.pathname.slice(1)) || "the user's own database";
  return `${database} at ${parsed.hostname || "localhost"}:${parsed.port || "5432"}`;
}

/**
 * Cancels from a second session: a cancel request of the protocol would need this client's key, which `pg` keeps
 * to itself, and closing the socket would leave a long statement running with its locks.
 */
function cancelOnAbort(client: pg.Client, signal: AbortSignal, url: string, pid: number): void {
  const cancel = async () => {
    const canceller = newClient(url, "tenantry cancel");
    canceller.on("error", () => {});
    try {
      await canceller.connect();
      await canceller.query(CANCEL_STATEMENT, [pid]);
    } catch {
      // No second session to be had: the connection itself goes, and the server rolls back when it notices.
      await client.end().catch(() => {});
    } finally {
      await canceller.end().catch(() => {});
    }
  };
  const onAbort = () => void cancel();
  signal.addEventListener("abort", onAbort, { once: true });
  client.once("end", () => signal.removeEventListener("abort", onAbort));
}
