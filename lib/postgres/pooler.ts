/**
 * A pooler that lends a server's session for one transaction at a time (pgbouncer's pool_mode = transaction). Behind
 * one, what a run holds in its session belongs to somebody else at its next statement: the exported snapshot, the
 * replica role, advisory locks, settings.
 */
import { randomUUID } from "node:crypto";
import type { Finding } from "../findings/finding.ts";
import { connect } from "./connection.ts";

const NAME = "tenantry.pooler_probe";

/**
 * Whether a second connection finds itself in the session of an idle first one. A direct connection is told by its
 * process id, which a pooler makes up for itself, and costs one statement.
 *
 * @throws Refusal where the database cannot be reached
 */
export async function sharesSessions(url: string, signal?: AbortSignal): Promise<boolean> {
  const options = { applicationName: "tenantry look", readOnly: true, signal };
  const first = await connect(url, options);
  try {
    const token = randomUUID();
    const { rows } = await first.query<{ pid: number }>(
      "SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.set_config($1, $2, false)",
      [NAME, token],
    );
    if (rows[0]!.pid === (first as unknown as { processID: number }).processID) return false;
    const second = await connect(url, options);
    try {
      const found = await second.query<{ token: string | null }>(
        "SELECT pg_catalog.current_setting($1, true) AS token",
        [NAME],
      );
      return found.rows[0]!.token === token;
    } finally {
      await second.end();
    }
  } finally {
    await first.query("SELECT pg_catalog.set_config($1, '', false)", [NAME]).catch(() => {});
    await first.end();
  }
}

export function sessionsShared(where: string): Finding {
  return {
    code: "sessions-shared",
    severity: "blocks",
    where,
    what: "This address leads to a pooler that gives a session to another client after each transaction (pgbouncer's pool_mode = transaction): snapshots, locks and settings of a run would get lost.",
    todo: "Give the server's own address, or that of a pool in session mode.",
  };
}
