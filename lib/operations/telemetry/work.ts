/** What the records say of the work in hand, at the moment of asking: bounded by what runs, not by what was ever done. */
import type { Records } from "../../records/client.ts";

export interface WorkInHand {
  readonly states: readonly { readonly kind: string; readonly state: string; readonly count: number }[];
  /** Since when the operation waits that has waited longest for a worker, in seconds; 0 where none does. */
  readonly queueSeconds: number;
  readonly waitingJobs: number;
  /** Entries of the audit trail that are not in the chain yet, and for how long the oldest of them. */
  readonly unlinked: number;
  readonly unlinkedSeconds: number;
  readonly runs: readonly RunInHand[];
}

export interface RunInHand {
  readonly operation: string;
  readonly kind: string;
  readonly platform: string;
  readonly tenant: string;
  readonly rows: number;
  readonly bytes: number;
  /** Since the worker's last sign of life. */
  readonly silentSeconds: number;
}

const STATES = `
  SELECT kind, state, count(*)::int AS count FROM operations
   WHERE state IN ('planned', 'in_review', 'approved', 'queued', 'running', 'paused', 'unknown') GROUP BY kind, state`;

/** When it was queued stands in its last event of that kind; for a job that waits it is the queue's own time. */
const JOBS = `
  SELECT count(*)::int AS jobs, coalesce(extract(epoch FROM now() - min(created_on)), 0)::float8 AS seconds
    FROM pgboss.job WHERE name = 'drive' AND state < 'active'`;

/** Entry ids are ordered by time, so that the least of them is the oldest (records/id.ts). */
const UNLINKED = `
  SELECT (SELECT count(*) FROM audit_unlinked)::int AS count,
         coalesce(extract(epoch FROM now() - (SELECT at FROM audit_entries
           WHERE id = (SELECT entry_id FROM audit_unlinked ORDER BY entry_id LIMIT 1))), 0)::float8 AS seconds`;

const RUNS = `
  SELECT o.id AS operation, o.kind, p.name AS platform, coalesce(o.tenant_key, '') AS tenant,
         coalesce((o.progress->>'rows')::float8, 0) AS rows, coalesce((o.progress->>'bytes')::float8, 0) AS bytes,
         coalesce(extract(epoch FROM now() - o.heartbeat_at), 0)::float8 AS "silentSeconds"
    FROM operations o JOIN platforms p ON p.id = o.platform_id WHERE o.state = 'running' ORDER BY o.id LIMIT 200`;

export async function readWork({ pool }: Records): Promise<WorkInHand> {
  const { rows: states } = await pool.query<WorkInHand["states"][number]>(STATES);
  const { rows: jobs } = await pool.query<{ jobs: number; seconds: number }>(JOBS);
  const { rows: unlinked } = await pool.query<{ count: number; seconds: number }>(UNLINKED);
  const { rows: runs } = await pool.query<RunInHand>(RUNS);
  return {
    states,
    waitingJobs: jobs[0]!.jobs,
    queueSeconds: jobs[0]!.seconds,
    unlinked: unlinked[0]!.count,
    unlinkedSeconds: unlinked[0]!.seconds,
    runs,
  };
}
