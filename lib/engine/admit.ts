/**
 * Before the first write: is the approval still one, is the plan still the one that was approved, do the gates
 * hold? Asked by the worker that holds the lease, of an operation that is still queued, so that a withdrawal wins
 * until the very move to `running`.
 */
import type { Finding } from "../findings/finding.ts";
import type { RecordsTransaction } from "../records/client.ts";
import { NOW, recordsNow } from "../records/clock.ts";
import { readApprovals } from "./approvals.ts";
import type { Engine, OperationRow } from "./engine.ts";
import type { Lease } from "./lease.ts";
import { RELEASED } from "./lease.ts";
import { lockOperation } from "./lock-operation.ts";
import { objections } from "./make-plan.ts";
import { permissionsNow } from "./people.ts";
import type { OperationPlan } from "./plan.ts";
import { planNow } from "./plan-again.ts";
import { budgetOf } from "./policy.ts";
import { policyNow } from "./policy-now.ts";
import { readPolicy } from "./read-policy.ts";
import { freshSteps, isUntouched, type OperationResult, type StepRecord } from "./step-record.ts";
import { consoleActor, type Move, moveOperation } from "./transition.ts";
import { whatChanged } from "./what-changed.ts";

/** The row as it runs; null where it does not run now, and then the records say why. */
export async function admit(
  engine: Engine,
  lease: Lease,
  row: OperationRow,
  signal: AbortSignal,
): Promise<OperationRow | null> {
  const move = isUntouched(row.steps as StepRecord[])
    ? await firstTime(engine, row, signal)
    : { to: "running" as const, set: {} };
  return engine.sideEffect(`move to ${move.to}`, () =>
    engine.records.transaction(async (tx) => {
      const current = await lockOperation(tx, row.id);
      if (current === null || current.version !== row.version || current.epoch !== lease.epoch) return null;
      const counted = move.to === "running" && move.plan ? await counts(engine, tx, current, move) : move;
      const moved = await moveOperation(engine, tx, row, {
        to: counted.to,
        by: "worker",
        actor: consoleActor("worker"),
        epoch: lease.epoch,
        set: { ...(counted.to === "running" ? RUNNING : RELEASED), ...counted.set },
        data: counted.data,
      });
      return counted.to === "running" ? moved : null;
    }),
  );
}

interface Verdict extends Pick<Move, "set" | "data"> {
  readonly to: "running" | "in_review" | "superseded" | "failed" | "expired";
  /** For a run that begins: the plan that reviewers and policy must still allow at the moment of the move. */
  readonly plan?: OperationPlan;
}

const RUNNING = { startedAt: NOW, endedAt: null };

async function firstTime(engine: Engine, row: OperationRow, signal: AbortSignal): Promise<Verdict> {
  if (await isExpired(engine, row)) return { to: "expired", set: { endedAt: NOW } };
  const planned = await planNow(engine, row, signal);
  if (!planned.ok) return notBegun(planned.findings);
  const { plan, digest, operation } = planned;
  if (!(await permissionsNow(engine.records, row.requestedBy)).has(operation.permission))
    return notBegun([requesterRevoked(operation.permission)]);
  if (digest !== row.digest) {
    const changes = whatChanged(row.plan as OperationPlan, plan);
    return {
      to: "superseded",
      set: {
        supersededPlan: row.plan,
        plan,
        digest,
        plannedAt: NOW,
        endedAt: NOW,
        findings: plan.findings,
      },
      data: { approved: row.digest, changes: changes.length },
    };
  }
  const against = objections(plan);
  if (against.length > 0) return notBegun(against);
  return {
    to: "running",
    plan,
    set: { plan, plannedAt: NOW, steps: freshSteps(plan), findings: plan.findings, result: null },
  };
}

function notBegun(findings: readonly Finding[]): Verdict {
  const result: OperationResult = {
    sentence: "It did not begin; nothing was changed.",
    changed: [],
    uncertain: [],
    next: ["See the findings, mend what they name, then try again."],
    links: {},
    ending: null,
  };
  const codes = [...new Set(findings.map(({ code }) => code))];
  return { to: "failed", set: { findings: [...findings], result, endedAt: NOW }, data: { codes } };
}

/**
 * In the transaction of the move: a permission that was revoked before it, a review that has grown too old, a policy
 * that has become stricter count. One that has become looser does not loosen what was asked for under the former.
 */
async function counts(
  engine: Engine,
  tx: RecordsTransaction,
  row: OperationRow,
  move: Verdict,
): Promise<Verdict> {
  const { policy, exceptions, verdict } = await policyNow(engine, tx, row, move.plan);
  const needed = Math.max(verdict.needed, row.reviewsNeeded ?? 0);
  const approvals = await readApprovals(tx, row, policy);
  const budgetSeconds = Math.min(row.budgetSeconds, budgetOf(engine.registry.get(row.kind), policy));
  if (approvals.glassBroken || approvals.count >= needed)
    return { ...move, set: { ...move.set, budgetSeconds, exceptions: [...exceptions] } };
  return {
    to: "in_review",
    set: {
      approvedAt: null,
      expiresAt: null,
      reviewsNeeded: needed,
      ...(needed === row.reviewsNeeded ? {} : { policy: verdict.why }),
      exceptions: [...exceptions],
      // Who gave a review that is too old now gives it anew.
      ...(approvals.stale > 0 ? { reviewRound: row.reviewRound + 1 } : {}),
    },
    data: { revoked: approvals.revoked.length, stale: approvals.stale, needed },
  };
}

/** By the clock that was set when it was approved, or by a shorter one that was set since. */
async function isExpired(engine: Engine, row: OperationRow): Promise<boolean> {
  const now = (await recordsNow(engine.records)).getTime();
  if (row.expiresAt === null || row.expiresAt.getTime() < now) return true;
  const { approvalHours } = await readPolicy(engine.records);
  return row.approvedAt !== null && row.approvedAt.getTime() + approvalHours * 3_600_000 < now;
}

function requesterRevoked(permission: string): Finding {
  return {
    code: "requester-revoked",
    severity: "blocks",
    where: permission,
    what: "The person who asked for this operation may no longer ask for it.",
    todo: "Somebody who may asks for it anew.",
  };
}
