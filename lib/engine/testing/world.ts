/** A console's records and one platform's database for the engine's tests, with people in every role. */

import { and, asc, eq, sql } from "drizzle-orm";
import type pg from "pg";
import type { Actor } from "../../access/actor.ts";
import { permissionsOf } from "../../access/permissions.ts";
import { openRecords, type Records } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import {
  auditEntries,
  databases,
  operationEvents,
  operations,
  persons,
  platformFiles,
  platforms,
  roleGrants,
} from "../../records/schema/index.ts";
import type { Role } from "../../records/schema/role-grants.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { type Driven, driveOperation } from "../drive.ts";
import { createEngine, type Engine, type EngineParts, type OperationRow } from "../engine.ts";
import { requestOperation } from "../request.ts";
import { reviewOperation } from "../review.ts";
import { SYNTHETIC_SCHEMA } from "./synthetic.ts";
import { syntheticEngine } from "./synthetic-engine.ts";

export interface World {
  readonly recordsUrl: string;
  readonly platformUrl: string;
  readonly engine: Engine;
  readonly records: Records;
  /** A session on the platform's database. */
  readonly platform: pg.Client;
  readonly platformId: string;
  readonly databaseId: string;
  readonly operator: Actor;
  readonly reviewer: Actor;
  readonly second: Actor;
  readonly admin: Actor;
  readonly viewer: Actor;
  /** The engine with other parts: another worker. */
  engineWith(parts: Partial<EngineParts>): Engine;
  /** Takes away everything that a test has left. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const FILE = "platform: synthetic\ntenant:\n  table: public.tenants\n  key: key\n";

export async function createWorld(parts: Partial<EngineParts> = {}): Promise<World> {
  const [recordsDatabase, platformDatabase] = await Promise.all([
    createTestDatabase("records"),
    createTestDatabase("empty"),
  ]);
  const records = openRecords(recordsDatabase.url);
  const platform = await platformDatabase.connect();
  await platform.query(SYNTHETIC_SCHEMA);
  const platformId = newId();
  const databaseId = newId();
  await records.insert(platforms).values({ id: platformId, name: "synthetic", fileVersion: 1 });
  await records.insert(platformFiles).values({ platformId, version: 1, text: FILE });
  await records.insert(databases).values({
    id: databaseId,
    platformId,
    name: "eu-1",
    endpoint: "127.0.0.1/synthetic",
    plannerUrl: Buffer.from("sealed"),
    runnerUrl: Buffer.from("sealed"),
  });
  const person = (name: string, ...roles: Role[]) => createPerson(records, name, roles);
  const engine = syntheticEngine(records, platformDatabase.url, parts);
  await engine.queue.ready();
  return {
    recordsUrl: recordsDatabase.url,
    platformUrl: platformDatabase.url,
    engine,
    records,
    platform,
    platformId,
    databaseId,
    operator: await person("Otto", "operator"),
    reviewer: await person("Rita", "reviewer"),
    second: await person("Sven", "reviewer"),
    admin: await person("Ada", "admin"),
    viewer: await person("Vera", "viewer"),
    engineWith: (more) => ({ ...engine, ...createEngine({ ...engine, ...more }) }),
    clear: () => clear(records, platform),
    close: () => close(engine, records, [recordsDatabase, platformDatabase]),
  };
}

async function createPerson(records: Records, name: string, roles: Role[]): Promise<Actor> {
  const personId = newId();
  const email = `${name.toLowerCase()}@example.test`;
  await records.insert(persons).values({ id: personId, email, name });
  if (roles.length > 0) await records.insert(roleGrants).values(roles.map((role) => ({ personId, role })));
  return { personId, name, email, roles, permissions: permissionsOf(roles), sessionEpoch: 1 };
}

async function clear(records: Records, platform: pg.Client): Promise<void> {
  // The audit trail cannot be cleared; tests read it by operation.
  await records.execute(
    sql`TRUNCATE operation_events, reviews, break_glass, notices, settings, policy_exceptions, operations CASCADE`,
  );
  await records.execute(sql`DELETE FROM pgboss.job`);
  await platform.query(`
    TRUNCATE faults; DELETE FROM items WHERE tenant = 'acme';
    UPDATE tenants SET state = 'plain', name = initcap(key); UPDATE doors SET open = true`);
}

async function close(engine: Engine, records: Records, list: TestDatabase[]): Promise<void> {
  await engine.queue.close();
  await records.close();
  for (const database of list) await database.drop();
}

let requests = 0;

/** Asks as the operator, and fails the test where that is refused. */
export async function request(
  world: World,
  input: { tenant?: string; batches?: number; rows?: number } = {},
  more: { kind?: string; actor?: Actor; idempotencyKey?: string; draft?: boolean } = {},
): Promise<string> {
  const answer = await tryRequest(world, input, more);
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
  return answer.operationId;
}

export function tryRequest(
  world: World,
  input: { tenant?: string; batches?: number; rows?: number } = {},
  more: { kind?: string; actor?: Actor; idempotencyKey?: string; draft?: boolean } = {},
) {
  return requestOperation(world.engine, more.actor ?? world.operator, {
    kind: more.kind ?? "fill",
    platformId: world.platformId,
    databaseId: world.databaseId,
    input: { tenant: "acme", batches: 2, ...input },
    reason: null,
    idempotencyKey: more.idempotencyKey ?? `request ${++requests}`,
    draft: more.draft,
  });
}

export async function approve(world: World, operationId: string, reviewer: Actor = world.reviewer) {
  const { digest } = await rowOf(world, operationId);
  return review(world, operationId, reviewer, digest!);
}

export function review(
  world: World,
  operationId: string,
  reviewer: Actor,
  digest: string,
  decision: "approve" | "reject" = "approve",
) {
  return reviewOperation(world.engine, reviewer, {
    operationId,
    digest,
    decision,
    intent: "fills",
    risk: "low",
    rollback: "rows are deleted",
    reason: "asked for",
  });
}

export async function drive(world: World, operationId: string, engine = world.engine): Promise<Driven> {
  return driveOperation(engine, operationId);
}

export async function rowOf(world: Pick<World, "records">, id: string): Promise<OperationRow> {
  const [row] = await world.records.select().from(operations).where(eq(operations.id, id));
  return row!;
}

/** Which actions the audit trail has of an operation, in order. */
export async function trailOf(world: Pick<World, "records">, id: string): Promise<string[]> {
  const rows = await world.records
    .select({ action: auditEntries.action })
    .from(auditEntries)
    .where(eq(auditEntries.operationId, id))
    .orderBy(asc(auditEntries.at), asc(auditEntries.id));
  return rows.map((row) => row.action.replace(/^operation\./, ""));
}

/** The states that an operation went through, by its events. */
export async function statesOf(world: Pick<World, "records">, id: string): Promise<string[]> {
  const rows = await world.records
    .select({ data: operationEvents.data })
    .from(operationEvents)
    .where(and(eq(operationEvents.operationId, id), eq(operationEvents.type, "state")))
    .orderBy(asc(operationEvents.id));
  return rows.map((row) => (row.data as { to: string }).to);
}

/** Rows of the operation by batch: `[3, 3]`. */
export async function batchesOf(world: Pick<World, "platform">, id: string): Promise<number[]> {
  const { rows } = await world.platform.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM items WHERE run = $1 GROUP BY batch ORDER BY batch",
    [id],
  );
  return rows.map((row) => row.count);
}

export async function tenantState(world: Pick<World, "platform">): Promise<string> {
  const { rows } = await world.platform.query<{ state: string }>(
    "SELECT state FROM tenants WHERE key = 'acme'",
  );
  return rows[0]!.state;
}

export async function fault(
  world: Pick<World, "platform">,
  at: string,
  kind: string,
  times = 1,
): Promise<void> {
  await world.platform.query("INSERT INTO faults VALUES ($1, $2, $3)", [at, kind, times]);
}

/** As if the lease's time had run out: its worker was not heard of. */
export async function forgetLease(world: Pick<World, "records">, id: string): Promise<void> {
  await world.records
    .update(operations)
    .set({ leaseUntil: sql`now() - interval '1 second'` })
    .where(eq(operations.id, id));
}

/** The jobs that the queue holds for an operation. */
export async function jobsOf(world: Pick<World, "records">, id: string): Promise<number> {
  const { rows } = await world.records.pool.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM pgboss.job WHERE data->>'operationId' = $1 AND state < 'completed'",
    [id],
  );
  return rows[0]!.count;
}
