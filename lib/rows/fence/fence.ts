/**
 * A tenant's fence: the database itself refuses every write to its rows, whoever makes it, until the fence is taken down.
 * What is to be cleaned up is written down, and committed, before the first trigger: whatever dies in between, the next
 * one takes down all of it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError } from "../../postgres/connection.ts";
import { tryLockTenant } from "../../postgres/tenant-lock.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { RunContext } from "../run-context.ts";
import { counterOf, FENCE_SCHEMA, type FenceStatements, fenceStatements } from "./statements.ts";

export type FenceState = "open" | "held" | "armed" | "sealed";

export interface Fence {
  readonly state: FenceState;
  /** A session of the fence's owner that names it in `tenantry.epoch` may write. */
  readonly epoch: string;
  readonly since: Date;
  /** When this was read. By the clock of its database, as `since` is: no other machine's tells how long it stands. */
  readonly readAt: Date;
  /** Writes that were refused since it was put up. */
  readonly refused: number;
}

type Hands = Pick<RunContext, "signal" | "sideEffect">;

/** For each table: longer is waited for no writer, behind whom the platform's own sessions would queue. */
const LOCK_TIMEOUT = "2s";
const TRIES = 10;
/** Milliseconds between two tries. */
const BETWEEN = 500;

/**
 * Puts the fence up, held; where it stands already nothing is done. Writers that are under way are waited for, a little
 * at a time: when this resolves, whatever was written before is committed or rolled back.
 *
 * @throws Refusal `fence-not-granted` where a writer does not end, `fence-rights` where the role may not put it up; what
 *   was begun is taken down then
 */
export async function holdFence(
  client: pg.ClientBase,
  model: TenancyModel,
  tenantKey: string,
  hands: Hands,
): Promise<void> {
  await refuseForeign(client);
  if ((await readFence(client, tenantKey)) !== null) return;
  const { rows } = await client.query<{ owner: string }>("SELECT session_user AS owner");
  const statements = fenceStatements(model, tenantKey, rows[0]!.owner);
  try {
    await hands.sideEffect("note fence", () =>
      writing(client, tenantKey, async () => {
        if ((await readFence(client, tenantKey)) === null) await note(client, tenantKey, statements);
      }),
    );
    await retried(hands.signal, () =>
      hands.sideEffect("put fence up", () =>
        writing(client, tenantKey, async () => {
          // Another worker may have been as quick.
          if ((await readFence(client, tenantKey)) !== null) return;
          await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
          for (const statement of statements.install) await client.query(statement);
          await client.query(
            "INSERT INTO tenantry.fence (tenant, state, epoch, refused) VALUES ($1, 'held', 1, $2)",
            [tenantKey, statements.counter],
          );
        }),
      ),
    );
  } catch (error) {
    await dropUnfinished(client, tenantKey, hands).catch(() => undefined);
    throw refusal(error, tenantKey, hands.signal);
  }
}

/** What was noted and never put up. One that stands is left: another worker may rest on it. */
async function dropUnfinished(client: pg.ClientBase, tenantKey: string, hands: Hands): Promise<void> {
  if ((await readFence(client, tenantKey)) === null)
    await dropFence(client, tenantKey, { ...hands, signal: new AbortController().signal });
}

/** Takes it down, and the schema with the last one. Where there is none, nothing is done. */
export async function dropFence(client: pg.ClientBase, tenantKey: string, hands: Hands): Promise<void> {
  if ((await schemaAccess(client)) === "none") return;
  await refuseForeign(client);
  try {
    await retried(hands.signal, () =>
      hands.sideEffect("take fence down", () =>
        writing(client, tenantKey, async () => {
          if ((await schemaAccess(client)) === "none") return;
          await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
          const { rows } = await client.query<{ statement: string }>(
            "SELECT statement FROM tenantry.cleanup WHERE tenant = $1 ORDER BY place",
            [tenantKey],
          );
          for (const { statement } of rows) await client.query(statement);
          await client.query("DELETE FROM tenantry.fence WHERE tenant = $1", [tenantKey]);
          await client.query("DELETE FROM tenantry.cleanup WHERE tenant = $1", [tenantKey]);
          // Nobody notes another fence between the look and the end: CASCADE would take its triggers with it.
          await client.query("LOCK TABLE tenantry.cleanup IN ACCESS EXCLUSIVE MODE");
          const { rows: left } = await client.query("SELECT FROM tenantry.cleanup LIMIT 1");
          if (left.length === 0) await client.query("DROP SCHEMA tenantry CASCADE");
        }),
      ),
    );
  } catch (error) {
    throw refusal(error, tenantKey, hands.signal);
  }
}

/** Null where there is none. */
export async function readFence(client: pg.ClientBase, tenantKey: string): Promise<Fence | null> {
  return (await readFences(client))?.get(tenantKey) ?? null;
}

/** All of a database, by the tenant's key; null where the role may not look. */
export async function readFences(client: pg.ClientBase): Promise<ReadonlyMap<string, Fence> | null> {
  const access = await schemaAccess(client);
  if (access !== "readable") return access === "none" ? new Map() : null;
  const { rows } = await client.query<Omit<Fence, "refused"> & { tenant: string }>(
    `SELECT tenant, state, epoch::text AS epoch, since, clock_timestamp() AS "readAt" FROM tenantry.fence ORDER BY tenant`,
  );
  const fences = new Map<string, Fence>();
  for (const { tenant, ...fence } of rows) {
    const counted = await client.query<{ refused: number }>(
      `SELECT CASE WHEN is_called THEN last_value ELSE 0 END::float8 AS refused FROM ${counterOf(tenant)}`,
    );
    fences.set(tenant, { ...fence, refused: counted.rows[0]!.refused });
  }
  return fences;
}

async function schemaAccess(client: pg.ClientBase): Promise<"none" | "closed" | "readable"> {
  const { rows } = await client.query<{ readable: boolean }>(
    `SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
       FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'fence'
      WHERE n.nspname = 'tenantry'`,
  );
  if (rows[0] === undefined) return "none";
  return rows[0].readable ? "readable" : "closed";
}

/**
 * What stands in `tenantry` is run, and run as this role: whoever may create schemas could have put it there.
 *
 * @throws Refusal `fence-foreign` where any of it is somebody else's
 */
export async function refuseForeign(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string; owner: string }>(
    `SELECT name, owner::regrole::text AS owner FROM (
       SELECT n.nspname::text AS name, n.nspowner AS owner FROM pg_catalog.pg_namespace n WHERE n.nspname = 'tenantry'
       UNION ALL
       SELECT 'tenantry.' || c.relname, c.relowner FROM pg_catalog.pg_class c
        WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'tenantry')
       UNION ALL
       SELECT 'tenantry.' || p.proname, p.proowner FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'tenantry')
     ) there WHERE owner <> quote_ident(current_user)::regrole LIMIT 1`,
  );
  const [foreign] = rows;
  if (foreign === undefined) return;
  throw new Refusal({
    code: "fence-foreign",
    severity: "blocks",
    where: foreign.name,
    what: `It belongs to ${foreign.owner} and not to the role that puts fences up, which would run what stands in it.`,
    todo: "Look who made it; drop the schema tenantry, or give all of it to the role of the run.",
  });
}

async function note(client: pg.ClientBase, tenantKey: string, { cleanup }: FenceStatements): Promise<void> {
  await client.query(FENCE_SCHEMA);
  await client.query("DELETE FROM tenantry.cleanup WHERE tenant = $1", [tenantKey]);
  await client.query(
    `INSERT INTO tenantry.cleanup (tenant, place, statement)
     SELECT $1, place, statement FROM unnest($2::text[]) WITH ORDINALITY AS given(statement, place)`,
    [tenantKey, cleanup],
  );
}

/** Its first statement takes the tenant's lock: a lost heartbeat can mean two live workers. */
async function writing(client: pg.ClientBase, tenantKey: string, work: () => Promise<void>): Promise<void> {
  await client.query("BEGIN");
  try {
    if (!(await tryLockTenant(client, tenantKey))) throw new Refusal(tenantLocked(tenantKey));
    await work();
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** A lock that is not granted, or a deadlock, is tried for again: the writer may have ended. */
async function retried(signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      await act();
      return;
    } catch (error) {
      const { sqlstate } = describeDatabaseError(error);
      if (tries === TRIES || (sqlstate !== "55P03" && sqlstate !== "40P01")) throw error;
      await sleep(BETWEEN * (0.5 + Math.random()), undefined, { signal });
    }
  }
}

function refusal(error: unknown, where: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof Refusal) return error;
  const { sqlstate, sentence } = describeDatabaseError(error);
  if (sqlstate === "55P03" || sqlstate === "40P01") return new Refusal(notGranted(where), { cause: error });
  if (sqlstate === "42501") return new Refusal(rights(where, sentence), { cause: error });
  return error;
}

function tenantLocked(where: string): Finding {
  return {
    code: "tenant-locked",
    severity: "blocks",
    where,
    what: "Another run is working on this tenant right now.",
    todo: "Wait until it ends, then retry.",
  };
}

function notGranted(where: string): Finding {
  return {
    code: "fence-not-granted",
    severity: "blocks",
    where,
    what: "A session that writes to one of the tenant's tables did not end in time, and the fence waits for nobody for long.",
    todo: "Nothing is fenced. Look for a long transaction in pg_stat_activity, then try again.",
  };
}

function rights(where: string, sentence: string): Finding {
  return {
    code: "fence-rights",
    severity: "blocks",
    where,
    what: `The role may not put a fence up: ${sentence}`,
    todo: "It must own the tenant's tables, or have TRIGGER on them, and CREATE on the database.",
  };
}
