/** Parts of an operation's page that have tables of their own. Their caller authorises. */
import "server-only";
import { and, asc, eq, inArray } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { OperationRow } from "../engine/engine.ts";
import { breakGlass } from "../records/schema/break-glass.ts";
import { bundles } from "../records/schema/bundles.ts";
import { persons } from "../records/schema/persons.ts";
import { reviews } from "../records/schema/reviews.ts";
import { tenants } from "../records/schema/tenants.ts";
import type { Source } from "./source.ts";
import { stillReviews } from "./still-reviews.ts";

export interface ReviewView {
  readonly id: string;
  readonly reviewerId: string;
  readonly reviewer: string;
  readonly decision: "approve" | "reject";
  readonly digest: string;
  /** Of the plan in force; one of an older plan stays in the history. */
  readonly current: boolean;
  /** An approval that lets nothing run: its reviewer may not review any more. Told until the run begins. */
  readonly revoked: boolean;
  readonly intent: string;
  readonly risk: string;
  readonly rollback: string;
  readonly reason: string;
  readonly at: Date;
}

/** Every decision on an operation, the first one first. */
export async function readReviews(
  { records }: Source,
  { id, digest, reviewRound, startedAt }: Pick<OperationRow, "id" | "digest" | "reviewRound" | "startedAt">,
): Promise<ReviewView[]> {
  const rows = await records
    .select({ review: reviews, reviewer: persons.name, still: stillReviews() })
    .from(reviews)
    .innerJoin(persons, eq(persons.id, reviews.reviewerId))
    .where(eq(reviews.operationId, id))
    .orderBy(asc(reviews.createdAt), asc(reviews.id));
  return rows.map(({ review, reviewer, still }) => ({
    id: review.id,
    reviewerId: review.reviewerId,
    reviewer,
    decision: review.decision,
    digest: review.digest,
    current: review.digest === digest && review.round === reviewRound,
    revoked: startedAt === null && review.decision === "approve" && !still,
    intent: review.intent,
    risk: review.risk,
    rollback: review.rollback,
    reason: review.reason,
    at: review.createdAt,
  }));
}

export interface GlassView {
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
  /** People who would have reviewed it, by name. */
  readonly skipped: readonly string[];
  readonly noteDueAt: Date;
  readonly note: string | null;
  readonly notedAt: Date | null;
}

/** Who went past the reviewers, if anybody did. */
export async function readGlass({ records }: Source, operationId: string): Promise<GlassView | null> {
  const breaker = alias(persons, "breaker");
  const [row] = await records
    .select({ glass: breakGlass, by: breaker.name })
    .from(breakGlass)
    .innerJoin(breaker, eq(breaker.id, breakGlass.personId))
    .where(eq(breakGlass.operationId, operationId));
  if (row === undefined) return null;
  const { glass, by } = row;
  const skipped =
    glass.skipped.length === 0
      ? []
      : await records
          .select({ name: persons.name })
          .from(persons)
          .where(inArray(persons.id, glass.skipped))
          .orderBy(persons.name);
  return {
    by,
    reason: glass.reason,
    at: glass.createdAt,
    skipped: skipped.map((person) => person.name),
    noteDueAt: glass.noteDueAt,
    note: glass.note,
    notedAt: glass.notedAt,
  };
}

export interface BundleLink {
  readonly id: string;
  readonly name: string;
  /** What the bundle is to the operation. */
  readonly role: "written" | "read";
  readonly state: (typeof bundles.$inferSelect)["state"];
  readonly bytes: number | null;
  readonly verifiedAt: Date | null;
}

/** The bundle that it has written, and the one that it reads. */
export async function readBundleLinks(
  { records }: Source,
  { id, input }: Pick<OperationRow, "id" | "input">,
): Promise<BundleLink[]> {
  const columns = {
    id: bundles.id,
    name: bundles.name,
    state: bundles.state,
    bytes: bundles.bytes,
    verifiedAt: bundles.verifiedAt,
  };
  const read = bundleIdOf(input);
  const [written, used] = await Promise.all([
    records.select(columns).from(bundles).where(eq(bundles.operationId, id)),
    read === null ? [] : records.select(columns).from(bundles).where(eq(bundles.id, read)),
  ]);
  return [
    ...written.map((row) => ({ ...row, role: "written" as const })),
    ...used.map((row) => ({ ...row, role: "read" as const })),
  ];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function bundleIdOf(input: unknown): string | null {
  const id = (input as { bundleId?: unknown } | null)?.bundleId;
  return typeof id === "string" && UUID.test(id) ? id : null;
}

/** Whether the census lists the tenant that it is about: only then has it a page. */
export async function isListed(
  { records }: Source,
  { databaseId, tenantKey }: Pick<OperationRow, "databaseId" | "tenantKey">,
): Promise<boolean> {
  if (tenantKey === null) return false;
  const [row] = await records
    .select({ id: tenants.id })
    .from(tenants)
    .where(and(eq(tenants.databaseId, databaseId), eq(tenants.key, tenantKey)));
  return row !== undefined;
}
