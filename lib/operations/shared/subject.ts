/** What every plan looks at first: the database, its catalog and the tenancy model, read on one session. */
import type pg from "pg";
import { canonicalHash } from "../../canonical/json.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { shapeHash } from "../../catalog/shape.ts";
import type { PlanContext, RegisteredDatabase } from "../../engine/contexts.ts";
import type { DatabaseIdentity, OperationPlan } from "../../engine/plan.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { describeDatabaseError } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";

export interface Subject {
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly identity: DatabaseIdentity;
}

/**
 * Opens the planner's session for the length of `work`. A migration may hold a table for itself: a plan does not
 * queue behind it, and nobody behind the plan.
 *
 * @throws Refusal where the database cannot be asked
 */
export async function withSubject<T>(
  context: PlanContext,
  work: (client: pg.Client, subject: Subject) => Promise<T>,
): Promise<T> {
  const client = await context.connect();
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    const catalog = viewOfFirst(await readCatalog(client), context.platform.file);
    const model = deriveModel(catalog, context.platform.file);
    return await work(client, { catalog, model, identity: identityOf(context.database, catalog) });
  } catch (error) {
    throw planFinding(error, context.database.name);
  }
}

/** Another database behind the same address is another plan. */
export function identityOf(
  database: RegisteredDatabase,
  { server, database: found }: Catalog,
): DatabaseIdentity {
  return {
    id: database.id,
    name: database.name,
    endpoint: database.endpoint,
    systemIdentifier: server.systemIdentifier,
    timeline: server.timeline,
    oid: found.oid,
    databaseName: found.name,
  };
}

/** Shape and model entry of the tables that an operation touches: another migration elsewhere changes no plan. */
export function touchedTables(
  { catalog, model }: Pick<Subject, "catalog" | "model">,
  ids: Iterable<string>,
): OperationPlan["tables"] {
  const entries = [...new Set(ids)].sort().flatMap((id) => {
    const table = catalog.tables.get(id);
    const entry = model.tables.get(id);
    if (table === undefined || entry === undefined) return [];
    return [[id, { shape: shapeHash(table), model: canonicalHash(entry) }] as const];
  });
  return Object.fromEntries(entries);
}

/** A database that refuses is a finding; an abort stays an abort, and a bug a bug. */
export function planFinding(error: unknown, where: string): unknown {
  if (error instanceof Refusal) return error;
  const { sqlstate, sentence } = describeDatabaseError(error);
  if (sqlstate === null) return error;
  const finding: Finding = {
    code: sqlstate === "55P03" ? "lock-timeout" : "database-refused",
    severity: "blocks",
    where,
    what: sentence,
    todo: "Mend it in the database, then plan again.",
  };
  return new Refusal(finding, { cause: error });
}

/**
 * The model's findings that concern these tables: what escaped the model elsewhere stops an export, and not a
 * suspend. Where the tenant itself was not found in the catalog, everything concerns it.
 */
export function findingsAbout(model: TenancyModel, tables: readonly string[]): readonly Finding[] {
  if (model.tables.size === 0) return model.findings;
  return model.findings.filter(({ where }) =>
    tables.some((table) => where === table || where.startsWith(`${table}.`) || where.startsWith(`${table} `)),
  );
}
