/**
 * That nothing of a tenant is left, as a value to be kept: every table counted, by the way to the tenant and by the keys
 * that were recorded; every reference to what was there; its schema, and objects that are called after it.
 */
import type pg from "pg";
import type { Table } from "../../catalog/catalog.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { quoteColumns, quoteQualified } from "../../postgres/identifiers.ts";
import { pinSession } from "../../postgres/session.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { Reference, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { schemaNameOf, schemaPattern } from "../../tenancy/tenant-schema.ts";
import type { RunContext } from "../run-context.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { doomedTables, onlyOf } from "./doomed-tables.ts";
import { type Member, membersOf, recordedAs } from "./member.ts";
import { objectsCalledAfter } from "./objects-called-after.ts";
import { type Pointer, pointersInto, pointingAt } from "./pointers-in.ts";
import type { DeleteRequest } from "./request.ts";
import { type SchemaLeft, schemaLeft } from "./schema-left.ts";
import { isRecorded, type Recorded } from "./statements.ts";
import { tenantGround } from "./tenant-ground.ts";

export interface EmptinessProof {
  /** Nothing is left but what the plan's answers leave. */
  readonly empty: boolean;
  /** ISO 8601 in UTC, by the database's clock. */
  readonly provedAt: string;
  readonly tables: readonly EmptyTable[];
  readonly references: readonly EmptyReference[];
  /** The tenant's own schema, where each has one. */
  readonly schema: SchemaLeft | null;
  /**
   * Sequences, tables, schemas, roles and their like whose names hold the tenant's key or slug: made for it, perhaps; they
   * stay.
   */
  readonly objects: readonly { readonly kind: string; readonly name: string }[];
}

export interface EmptyTable {
  readonly table: string;
  readonly deleted: number;
  /** Rows that a way leads from to the tenant; null where the table is gone with its schema. */
  readonly byPath: number | null;
  /** Recorded rows that are still there. */
  readonly byKey: number | null;
}

export interface EmptyReference {
  readonly id: string;
  readonly kind: Reference["kind"];
  /** Rows that still name what was recorded; null where it came after that, and nothing enforces it: nobody can say. */
  readonly rows: number | null;
  /**
   * None by the constraint, not by a count: a validated foreign key that came after the rows were recorded. Left out in
   * proofs of before there was a difference.
   */
  readonly byConstraint?: boolean;
  /** They were to be left, by the plan's answer. */
  readonly left: boolean;
}

/** @throws Refusal where no delete of this tenant has recorded anything: there is nothing to hold the proof against */
export async function proveEmpty(
  url: string,
  request: DeleteRequest,
  context: Pick<RunContext, "signal" | "progress">,
): Promise<EmptinessProof> {
  const client = await connect(url, {
    applicationName: "tenantry proof",
    readOnly: true,
    signal: context.signal,
  });
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return await prove(client, request, context);
  } catch (error) {
    throw context.signal.aborted ? context.signal.reason : error;
  } finally {
    await client.end();
  }
}

async function prove(
  client: pg.ClientBase,
  request: DeleteRequest,
  context: Pick<RunContext, "signal" | "progress">,
): Promise<EmptinessProof> {
  const { tenantKey, platform, answers } = request;
  const { whole, catalog, model, tenant, erasure } = await tenantGround(client, request);
  if (erasure === null) throw new Refusal(nothingRecorded(tenant.slug ?? tenantKey));
  const pattern = schemaPattern(platform);
  const name = pattern === null ? null : schemaNameOf(pattern, tenant);
  const schema = name === null ? null : await schemaLeft(client, name);
  const doomed = doomedTables(catalog, model);
  const pointers = pointersInto(catalog, model, doomed);
  const members = membersOf(tenantKey, doomed, pointers, erasure);
  const key = tenantKeyLiteral(model, tenantKey);

  const tables: EmptyTable[] = [];
  for (const recorded of erasure.tables) {
    context.signal.throwIfAborted();
    const member = members.find(({ doomed: each }) => each.table.id === recorded.table);
    context.progress({ phase: "proving", table: recorded.table, rows: 0, bytes: 0, totalRows: null });
    tables.push({
      table: recorded.table,
      deleted: recorded.deleted,
      byPath: member === undefined ? null : await countByPath(client, model, member, key),
      byKey: member === undefined ? null : await countByKey(client, member),
    });
  }
  const references: EmptyReference[] = [];
  for (const pointer of pointers) {
    context.signal.throwIfAborted();
    const counted = await countPointing(client, members, pointer);
    const byConstraint = counted === null && pointer.enforced;
    references.push({
      id: pointer.id,
      kind: pointer.kind,
      rows: byConstraint ? 0 : counted,
      byConstraint,
      left: answers.pointers[pointer.id] === "leave",
    });
  }
  const { rows: now } = await client.query<{ at: string }>(
    `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at`,
  );
  const empty =
    erasure.tables.every(({ recorded, deleted }) => deleted === recorded) &&
    schema?.isThere !== true &&
    tables.every(({ byPath, byKey }) => (byPath ?? 0) === 0 && (byKey ?? 0) === 0) &&
    references.every(({ rows, left }) => rows === 0 || left);
  return {
    empty,
    provedAt: now[0]!.at,
    tables,
    references,
    schema,
    objects: await objectsCalledAfter(client, whole, tenant),
  };
}

async function countByPath(
  client: pg.ClientBase,
  model: TenancyModel,
  { doomed: { table } }: Member,
  key: string,
): Promise<number> {
  return count(
    client,
    `${onlyOf(table)}${quoteQualified(table.schema, table.name)} t WHERE ${ownershipPredicate(model, table.id, "t", key)}`,
  );
}

/**
 * Only where a row's way to the tenant is gone before the row: elsewhere a row of the same key is somebody else's, who
 * has taken a free name.
 */
async function countByKey(client: pg.ClientBase, { doomed, record }: Member): Promise<number | null> {
  const { table } = doomed;
  const key = record.byPlace ? recordedKey(table, record) : doomed.key;
  if (doomed.hasPath || key === null) return null;
  const same = isRecorded({ table, key }, { ...record, byPlace: false });
  return count(
    client,
    `${onlyOf(table)}${quoteQualified(table.schema, table.name)} t JOIN ${record.place} d ON ${same}`,
  );
}

/** Of a table that has no key for every row: what somebody points at is one for those rows, and was recorded. */
function recordedKey({ keys }: Table, { columns }: Recorded): readonly string[] | null {
  const found = keys.find((key) => key.plain && key.columns.every((name) => columns.has(name)));
  return found?.columns ?? null;
}

/** Rows that name what was there and is not: a value that somebody else has taken since is theirs. */
async function countPointing(
  client: pg.ClientBase,
  members: readonly Member[],
  pointer: Pointer,
): Promise<number | null> {
  const member = members.find(({ doomed }) => doomed.table.id === pointer.toRoot);
  if (member === undefined || !pointer.targetColumns.every((name) => member.record.columns.has(name)))
    return null;
  const { table } = member.doomed;
  const same = pointer.targetColumns.map((name) => {
    const type = table.columns.find((column) => column.name === name)!.baseType;
    return `${quoteColumns([name], "l")} ${operatorBetween(type, type, "=")} ${quoteColumns([name], "o")}`;
  });
  const gone = `${recordedAs(member, pointer.targetColumns, "o")}
    WHERE NOT EXISTS (SELECT FROM ${quoteQualified(table.schema, table.name)} l WHERE ${same.join(" AND ")})`;
  return count(client, pointingAt(pointer, gone));
}

async function count(client: pg.ClientBase, from: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::float8 AS count FROM ${from}`);
  return rows[0]!.count;
}

function nothingRecorded(where: string): Finding {
  return {
    code: "nothing-recorded",
    severity: "blocks",
    where,
    what: "No delete of this tenant has recorded which rows were its own: there is nothing to hold a proof against.",
    todo: "Prove it before what a delete has kept is cleared away.",
  };
}
