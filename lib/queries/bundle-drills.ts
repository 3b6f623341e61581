/** The drills of a bundle: when it was restored on a throwaway server, and whether it passed. */
import "server-only";
import { count, desc, eq } from "drizzle-orm";
import { drills } from "../records/schema/drills.ts";
import { operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { A_FEW, type Some } from "./some.ts";
import type { Source } from "./source.ts";

export interface BundleDrill {
  readonly operationId: string;
  readonly passed: boolean;
  readonly rows: number | null;
  readonly restoreSeconds: number | null;
  readonly requestedBy: string;
  readonly at: Date;
}

/** The latest first. */
export async function readDrills({ records }: Source, bundleId: string): Promise<Some<BundleDrill>> {
  const ofBundle = eq(drills.bundleId, bundleId);
  const [entries, [all]] = await Promise.all([
    records
      .select({
        operationId: drills.operationId,
        passed: drills.passed,
        rows: drills.rows,
        restoreSeconds: drills.restoreSeconds,
        requestedBy: persons.name,
        at: drills.createdAt,
      })
      .from(drills)
      .innerJoin(operations, eq(operations.id, drills.operationId))
      .innerJoin(persons, eq(persons.id, operations.requestedBy))
      .where(ofBundle)
      .orderBy(desc(drills.createdAt), desc(drills.id))
      .limit(A_FEW),
    records.select({ count: count() }).from(drills).where(ofBundle),
  ]);
  return { entries, total: all?.count ?? 0 };
}
