/** The superuser's connections of this test process, kept for its next databases: a new one is dear. */
import pg from "pg";

/** Two lanes of a test may create at once. */
const AT_ONCE = 2;

let pool: pg.Pool | null = null;

/**
 * @param serverUrl the same in the whole process
 */
export async function asAdministrator<T>(
  serverUrl: string,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  pool ??= openPool(serverUrl);
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

/** Idle, they keep no process alive; they end with it, or with the server. */
function openPool(connectionString: string): pg.Pool {
  const opened = new pg.Pool({
    connectionString,
    application_name: "tenantry harness",
    max: AT_ONCE,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  });
  opened.on("error", () => {});
  return opened;
}
