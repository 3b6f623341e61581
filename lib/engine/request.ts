/**
 * Asking for an operation: authorise, validate, plan, and in one transaction reserve the key, claim the tenant,
 * store the plan and send it on. Nothing is stored of a request that is refused.
 */
import { eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { canonicalJson } from "../canonical/json.ts";
import type { Finding } from "../findings/finding.ts";
import { recordAudit } from "../records/audit.ts";
import { NOW } from "../records/clock.ts";
import { newId } from "../records/id.ts";
import { operations } from "../records/schema/operations.ts";
import { type Answer, type Engine, type OperationRow, refuse } from "./engine.ts";
import { appendEvents } from "./events.ts";
import { brokenConstraint, unknownKind } from "./findings.ts";
import { type MadePlan, makePlan, objections } from "./make-plan.ts";
import type { AnyOperation } from "./operation.ts";
import { notPermitted } from "./people.ts";
import { budgetOf, decidePolicy, type PolicyVerdict } from "./policy.ts";
import { findRegistered, type Registered } from "./registered.ts";
import { sendOn } from "./send.ts";
import { freshSteps } from "./step-record.ts";
import { tenantBusy } from "./tenant-busy.ts";
import { phraseFinding, phraseOf } from "./typed-phrase.ts";

export interface OperationRequest {
  readonly kind: string;
  readonly platformId: string;
  readonly databaseId: string;
  /** As the form sent it; the operation's own schema reads it. */
  readonly input: unknown;
  readonly reason: string | null;
  /** Made with the form: the same key and the same request give the same operation. */
  readonly idempotencyKey: string;
  /** Stops at `planned`: the requester looks at the plan first, and sends it with `sendOperation`. */
  readonly draft?: boolean;
  /** What the operation has its requester type; a draft is sent with it. */
  readonly phrase?: string;
}

/**
 * Asks for an operation. Its plan goes on to the reviewers or, by policy, to the queue.
 *
 * Refuses with `not-permitted`, `input-invalid`, what stands against the plan, `phrase-differs`, `tenant-busy` (another
 * operation has the tenant: who, what, since when), `idempotency-key-used`.
 */
export async function requestOperation(
  engine: Engine,
  actor: Actor,
  request: OperationRequest,
): Promise<Answer<{ operationId: string }>> {
  const looked = await lookAtRequest(engine, actor, request);
  if (!looked.ok) return looked;
  const earlier = await byKey(engine, request.idempotencyKey);
  if (earlier !== null) return sameOrRefused(earlier, actor, request, looked.input);
  const planned = await makePlan(engine, { ...looked, requestedBy: actor.personId });
  if (!planned.ok) return planned;
  const against = objections(planned.plan);
  if (against.length > 0 && !(request.draft && against.every(({ code }) => code === "gate-closed")))
    return refuse(...against);
  const mistyped = request.draft
    ? null
    : phraseFinding(phraseOf(looked.operation, planned.plan), request.phrase);
  if (mistyped !== null) return refuse(mistyped);
  await engine.queue.ready();
  try {
    const stored = await store(engine, actor, request, looked, planned);
    const { kind, databaseId: database } = request;
    if (stored.ok)
      engine.log("info", "operation.requested", {
        operation: stored.operationId,
        kind,
        database,
        person: actor.personId,
      });
    return stored;
  } catch (error) {
    if (brokenConstraint(error) !== "operations_one_a_tenant") throw error;
    return refuse(await tenantBusy(engine.records, request.databaseId, looked.operation.claim(looked.input)));
  }
}

/** What a request would come to, without storing anything: for a form that shows the plan first. */
export async function previewOperation(
  engine: Engine,
  actor: Actor,
  request: Pick<OperationRequest, "kind" | "platformId" | "databaseId" | "input">,
): Promise<Answer<MadePlan & Previewed>> {
  const looked = await lookAtRequest(engine, actor, request);
  if (!looked.ok) return looked;
  const planned = await makePlan(engine, { ...looked, requestedBy: actor.personId });
  if (!planned.ok) return planned;
  const verdict = decidePolicy(looked.operation, looked.input, planned.plan, planned.inForce.policy);
  const phrase = phraseOf(looked.operation, planned.plan);
  return { ...planned, verdict, objections: objections(planned.plan), phrase };
}

interface Previewed {
  readonly verdict: PolicyVerdict;
  readonly objections: readonly Finding[];
  /** What is to be typed with the request. */
  readonly phrase: string | null;
}

interface Looked {
  readonly operation: AnyOperation;
  readonly input: unknown;
  readonly registered: Registered;
}

async function lookAtRequest(
  engine: Engine,
  actor: Actor,
  request: Pick<OperationRequest, "kind" | "platformId" | "databaseId" | "input">,
): Promise<Answer<Looked>> {
  const operation = engine.registry.all.find(({ kind }) => kind === request.kind);
  if (operation === undefined) return refuse(unknownKind(request.kind));
  if (!actor.permissions.has(operation.permission)) return refuse(notPermitted(operation.permission));
  const parsed = operation.input.safeParse(request.input);
  if (!parsed.success)
    return refuse(...parsed.error.issues.map((issue) => invalid(issue.path.join("."), issue.message)));
  // As the records give it back later: the same value is planned with now and then.
  const text = JSON.stringify(parsed.data);
  if (!text.isWellFormed() || text.includes("\\u0000") || /\\ud[89a-f]/i.test(text))
    return refuse(invalid("input", "A text holds a character that cannot be stored."));
  const found = await findRegistered(engine, request.platformId, request.databaseId);
  if (!found.ok) return found;
  return { ok: true, operation, input: JSON.parse(text) as unknown, registered: found.registered };
}

async function store(
  engine: Engine,
  actor: Actor,
  request: OperationRequest,
  { operation, input }: Looked,
  { plan, digest, inForce }: MadePlan,
): Promise<Answer<{ operationId: string }>> {
  const { policy, exceptions } = inForce;
  const verdict = decidePolicy(operation, input, plan, policy);
  return engine.records.transaction(async (tx) => {
    const [row] = await tx
      .insert(operations)
      .values({
        id: newId(),
        kind: operation.kind,
        state: "planned",
        platformId: request.platformId,
        databaseId: request.databaseId,
        claim: operation.claim(input),
        tenantKey: plan.tenant.key,
        tenantSlug: plan.tenant.slug,
        input,
        idempotencyKey: request.idempotencyKey,
        requestedBy: actor.personId,
        reason: request.reason,
        plan,
        digest,
        plannedAt: NOW,
        reviewsNeeded: verdict.needed,
        policy: verdict.why,
        exceptions: [...exceptions],
        steps: freshSteps(plan),
        findings: plan.findings,
        budgetSeconds: budgetOf(operation, policy),
      })
      .onConflictDoNothing({ target: operations.idempotencyKey })
      .returning();
    if (row === undefined) {
      const earlier = await byKey(engine, request.idempotencyKey, tx);
      return sameOrRefused(earlier!, actor, request, input);
    }
    await recordAudit(tx, {
      actor,
      action: "operation.requested",
      subject: { type: "operation", id: row.id },
      operationId: row.id,
      platformId: row.platformId,
      tenantKey: row.tenantKey,
      data: { kind: row.kind, version: row.version, digest },
    });
    await appendEvents(tx, row.id, [
      { type: "state", data: { from: null, to: "planned", by: "requester", version: 1 } },
    ]);
    if (!request.draft) await sendOn(engine, tx, row, actor, verdict, inForce);
    return { ok: true, operationId: row.id };
  });
}

async function byKey(
  engine: Engine,
  idempotencyKey: string,
  session: Pick<Engine["records"], "select"> = engine.records,
): Promise<OperationRow | null> {
  const [row] = await session.select().from(operations).where(eq(operations.idempotencyKey, idempotencyKey));
  return row ?? null;
}

function sameOrRefused(
  earlier: OperationRow,
  actor: Actor,
  request: OperationRequest,
  input: unknown,
): Answer<{ operationId: string }> {
  const same =
    earlier.requestedBy === actor.personId &&
    earlier.kind === request.kind &&
    earlier.platformId === request.platformId &&
    earlier.databaseId === request.databaseId &&
    canonicalJson(earlier.input) === canonicalJson(input);
  if (same) return { ok: true, operationId: earlier.id };
  return refuse({
    code: "idempotency-key-used",
    severity: "blocks",
    where: "request",
    what: "Another request was sent from this form already.",
    todo: "Open the form again and send it once more.",
  });
}

function invalid(where: string, message: string): Finding {
  return {
    code: "input-invalid",
    severity: "blocks",
    where,
    what: message,
    todo: "Correct it and send the form again.",
  };
}
