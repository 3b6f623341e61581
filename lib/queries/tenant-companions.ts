/** What stands beside the tenants of a page: each one's latest verified bundle, and what is under way for it. */
import "server-only";
import { and, desc, eq, inArray, isNotNull } from "drizzle-orm";
import { CLAIMING } from "../engine/states.ts";
import { bundles } from "../records/schema/bundles.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import type { tenants } from "../records/schema/tenants.ts";
import type { Source } from "./source.ts";

/** A bundle whose file was read to its end and found whole. */
export interface VerifiedBackup {
  readonly id: string;
  readonly at: Date;
}

export interface UnderWay {
  readonly id: string;
  readonly kind: string;
  readonly state: OperationState;
}

export interface Companions {
  /** By the tenant's key. */
  readonly backups: ReadonlyMap<string, VerifiedBackup>;
  /** By the database's id and the tenant's key, with a space between. */
  readonly active: ReadonlyMap<string, UnderWay>;
}

type Row = Pick<typeof tenants.$inferSelect, "platformId" | "databaseId" | "key">;

/** Two queries for a whole page of tenants of one platform. */
export async function readCompanions(source: Source, page: readonly Row[]): Promise<Companions> {
  const [first] = page;
  if (first === undefined) return { backups: new Map(), active: new Map() };
  const [backups, active] = await Promise.all([
    readBackups(source, first.platformId, page),
    readActive(source, page),
  ]);
  return { backups, active };
}

async function readBackups({ records }: Source, platformId: string, page: readonly Row[]) {
  const rows = await records
    .selectDistinctOn([bundles.tenantKey], {
      key: bundles.tenantKey,
      id: bundles.id,
      at: bundles.verifiedAt,
    })
    .from(bundles)
    .where(
      and(
        eq(bundles.platformId, platformId),
        inArray(
          bundles.tenantKey,
          page.map((tenant) => tenant.key),
        ),
        eq(bundles.state, "ready"),
        isNotNull(bundles.verifiedAt),
      ),
    )
    .orderBy(bundles.tenantKey, desc(bundles.createdAt));
  return new Map(rows.map(({ key, id, at }) => [key as string, { id, at: at as Date }]));
}

async function readActive({ records }: Source, page: readonly Row[]) {
  const rows = await records
    .select({
      databaseId: operations.databaseId,
      claim: operations.claim,
      id: operations.id,
      kind: operations.kind,
      state: operations.state,
    })
    .from(operations)
    .where(
      and(
        inArray(operations.databaseId, [...new Set(page.map((tenant) => tenant.databaseId))]),
        inArray(
          operations.claim,
          page.map((tenant) => `key:${tenant.key}`),
        ),
        inArray(operations.state, [...CLAIMING]),
      ),
    );
  return new Map(
    rows.map(({ databaseId, claim, ...operation }) => [
      `${databaseId} ${claim.slice("key:".length)}`,
      operation,
    ]),
  );
}
