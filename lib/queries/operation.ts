/** One operation, whole: the same page from its plan to its end. */
import "server-only";
import { and, eq, isNull, ne } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { hasPassword } from "../access/confirm-person.ts";
import { rolesWith } from "../access/permissions.ts";
import { answersOf, type FourAnswers } from "../engine/answers.ts";
import type { OperationPlan } from "../engine/plan.ts";
import { hasTouched, type OperationResult, type StepRecord } from "../engine/step-record.ts";
import { phraseOf } from "../engine/typed-phrase.ts";
import { type Change, whatChanged } from "../engine/what-changed.ts";
import { type Finding, toldOnce } from "../findings/finding.ts";
import { isId } from "../records/id.ts";
import { databases } from "../records/schema/databases.ts";
import { type OperationState, operations } from "../records/schema/operations.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { roleGrants } from "../records/schema/role-grants.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import type { EventLine } from "./event-line.ts";
import { type ActView, abortPhrase, actsOf } from "./operation-acts.ts";
import { readEventLines } from "./operation-events.ts";
import { type LiveView, readLive } from "./operation-live.ts";
import {
  type BundleLink,
  type GlassView,
  isListed,
  type ReviewView,
  readBundleLinks,
  readGlass,
  readReviews,
} from "./operation-parts.ts";
import { type ExceptionView, exceptionsById } from "./policy-exceptions.ts";
import { authorise } from "./refused.ts";
import type { EngineSource } from "./source.ts";

export interface OperationView {
  readonly id: string;
  readonly kind: string;
  /** The registry's word for it; its kind where this version knows no such operation. */
  readonly title: string;
  readonly state: OperationState;
  readonly platform: string;
  readonly database: {
    readonly id: string;
    readonly name: string;
    readonly healthAt: Date | null;
    readonly coverage: Coverage;
  };
  readonly tenant: {
    readonly key: string | null;
    readonly slug: string | null;
    readonly name: string | null;
    /** Whether the census has seen it, so that a link leads somewhere. */
    readonly listed: boolean;
  };
  readonly requestedBy: { readonly id: string; readonly name: string };
  readonly mine: boolean;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly plannedAt: Date | null;
  readonly approvedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly plan: OperationPlan;
  readonly digest: string;
  /** Against the plan that was approved, where a later one differs. */
  readonly changes: readonly Change[] | null;
  readonly reviewsNeeded: number;
  readonly policy: string;
  /** How many people could review it now. */
  readonly reviewers: number;
  readonly reviews: readonly ReviewView[];
  readonly glass: GlassView | null;
  /** What the policy has otherwise for it, and who answers for that. */
  readonly exceptions: readonly ExceptionView[];
  readonly wishedBy: string | null;
  readonly steps: readonly StepRecord[];
  readonly findings: readonly Finding[];
  readonly result: OperationResult | null;
  readonly answers: FourAnswers;
  readonly bundles: readonly BundleLink[];
  readonly events: readonly EventLine[];
  readonly live: LiveView;
  readonly acts: readonly ActView[];
  readonly abortPhrase: string;
  /** What is typed by whoever sends, approves or breaks glass; null where nothing is. */
  readonly phrase: string | null;
  /** How this person confirms that it is them, where an act asks. */
  readonly confirmsBy: "password" | "sign-in";
}

/** Null where there is none. @throws Refused */
export async function readOperationView(
  source: EngineSource,
  actor: Actor,
  id: string,
): Promise<OperationView | null> {
  authorise(actor, "see");
  if (!isId(id)) return null;
  const { records, engine } = source;
  const [found] = await records
    .select({ row: operations, platform: platforms.name, database: databases, requester: persons.name })
    .from(operations)
    .innerJoin(platforms, eq(platforms.id, operations.platformId))
    .innerJoin(databases, eq(databases.id, operations.databaseId))
    .innerJoin(persons, eq(persons.id, operations.requestedBy))
    .where(eq(operations.id, id));
  if (found === undefined) return null;
  const { row, platform, database, requester } = found;
  const plan = row.plan as OperationPlan;
  const [live, events, reviews, glass, exceptions, bundles, reviewers, wisher, listed, typed] =
    await Promise.all([
      readLive(source, id),
      readEventLines(source, id),
      readReviews(source, row),
      readGlass(source, row.id),
      exceptionsById(source, row.exceptions),
      readBundleLinks(source, row),
      countReviewers(source, row.requestedBy),
      row.wishedBy === null ? null : nameOf(source, row.wishedBy),
      isListed(source, row),
      hasPassword(records, actor.personId),
    ]);
  const operation = engine.registry.all.find((each) => each.kind === row.kind);
  const steps = row.steps as StepRecord[];
  const tenant = plan.tenant.slug ?? plan.tenant.key;
  return {
    id: row.id,
    kind: row.kind,
    title: operation?.title ?? row.kind,
    state: row.state,
    platform,
    database: {
      id: database.id,
      name: database.name,
      healthAt: database.healthAt,
      coverage: coverageOf(database.health),
    },
    tenant: { ...plan.tenant, key: row.tenantKey, listed },
    requestedBy: { id: row.requestedBy, name: requester },
    mine: row.requestedBy === actor.personId,
    reason: row.reason,
    createdAt: row.createdAt,
    plannedAt: row.plannedAt,
    approvedAt: row.approvedAt,
    expiresAt: row.expiresAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    plan,
    digest: row.digest ?? "",
    changes: row.supersededPlan === null ? null : whatChanged(row.supersededPlan as OperationPlan, plan),
    reviewsNeeded: row.reviewsNeeded ?? 0,
    policy: row.policy ?? "",
    reviewers,
    reviews,
    glass,
    exceptions,
    wishedBy: wisher,
    steps,
    findings: toldOnce(row.findings as Finding[]),
    result: row.result as OperationResult | null,
    answers: answersOf(row),
    bundles,
    events,
    live: live!,
    acts: actsOf(
      {
        state: row.state,
        wish: row.wish,
        begun: steps.some(hasTouched),
        title: operation?.title ?? row.kind,
        pausable: operation?.pausable ?? false,
        permission: operation?.permission ?? "manage:policy",
        requestedBy: { id: row.requestedBy, name: requester },
        reviewed: reviews.some((review) => review.reviewerId === actor.personId && review.current),
        approvalExpired: row.expiresAt === null || row.expiresAt.getTime() < live!.at,
        brake: live!.brake,
      },
      actor,
    ),
    abortPhrase: abortPhrase({ kind: row.kind, tenant }),
    phrase: operation === undefined ? null : phraseOf(operation, plan),
    confirmsBy: typed ? "password" : "sign-in",
  };
}

async function countReviewers({ records }: EngineSource, requesterId: string): Promise<number> {
  const able = rolesWith("review");
  const rows = await records
    .selectDistinct({ id: persons.id, role: roleGrants.role })
    .from(persons)
    .innerJoin(roleGrants, eq(roleGrants.personId, persons.id))
    .where(and(isNull(persons.disabledAt), ne(persons.id, requesterId)));
  return new Set(rows.filter((row) => able.includes(row.role)).map((row) => row.id)).size;
}

async function nameOf({ records }: EngineSource, personId: string): Promise<string | null> {
  const [person] = await records.select({ name: persons.name }).from(persons).where(eq(persons.id, personId));
  return person?.name ?? null;
}
