/** What was made of a bundle, and what it was made of: operations that read it, and the bundle that it is an upgrade of. */
import "server-only";
import { and, count, desc, eq, sql } from "drizzle-orm";
import { bundles } from "../records/schema/bundles.ts";
import { databases } from "../records/schema/databases.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";

export interface BundleImport {
  readonly id: string;
  readonly kind: string;
  readonly state: OperationState;
  readonly database: string;
  readonly tenantSlug: string | null;
  readonly requestedBy: string;
  readonly createdAt: Date;
}

/** What the upgrade that wrote it was asked for; none for other bundles. */
export async function readAncestor(
  { records }: Source,
  operationId: string | null,
): Promise<{ readonly id: string; readonly name: string } | null> {
  if (operationId === null) return null;
  const [row] = await records
    .select({ id: bundles.id, name: bundles.name })
    .from(operations)
    .innerJoin(bundles, sql`${bundles.id} = (${operations.input} ->> 'bundleId')::uuid`)
    .where(and(eq(operations.id, operationId), eq(operations.kind, "upgrade")));
  return row ?? null;
}

/** Operations that made something of it, whatever became of them. A delete only rests on it. */
export async function readImports({ records }: Source, id: string): Promise<Some<BundleImport>> {
  const reads = sql`${operations.input} ->> 'bundleId' = ${id} AND ${operations.kind} NOT IN ('drill', 'delete')`;
  const [entries, [all]] = await Promise.all([
    records
      .select({
        id: operations.id,
        kind: operations.kind,
        state: operations.state,
        database: databases.name,
        tenantSlug: operations.tenantSlug,
        requestedBy: persons.name,
        createdAt: operations.createdAt,
      })
      .from(operations)
      .innerJoin(databases, eq(databases.id, operations.databaseId))
      .innerJoin(persons, eq(persons.id, operations.requestedBy))
      .where(reads)
      .orderBy(desc(operations.createdAt), desc(operations.id))
      .limit(A_FEW),
    records.select({ count: count() }).from(operations).where(reads),
  ]);
  return { entries, total: all?.count ?? 0 };
}
