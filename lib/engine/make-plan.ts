/**
 * Planning: the same function for the page, for the reviewer and for the worker. Read-only by the session that it
 * hands out, with the planner's credentials.
 */
import type pg from "pg";
import { blocks, type Finding, Refusal } from "../findings/finding.ts";
import { connect, describeDatabaseError } from "../postgres/connection.ts";
import { planDigest } from "./digest.ts";
import { type Answer, type Engine, refuse } from "./engine.ts";
import type { AnyOperation } from "./operation.ts";
import type { OperationPlan } from "./plan.ts";
import { type InForce, tenantOfClaim } from "./policy-in-force.ts";
import { readPolicyFor } from "./read-policy.ts";
import type { Registered } from "./registered.ts";

export interface PlanRequest {
  readonly operation: AnyOperation;
  readonly registered: Registered;
  readonly requestedBy: string;
  /** As validated by the operation's own schema. */
  readonly input: unknown;
  readonly signal?: AbortSignal;
}

export interface MadePlan {
  readonly plan: OperationPlan;
  readonly digest: string;
  /** The policy that its gates went by, and that decides who reviews it. */
  readonly inForce: InForce;
}

/**
 * Plans now. What the database or the operation refuses is a finding; a plan whose own findings block is still a
 * plan, to be shown (`objections` says what stands against it).
 *
 * @throws what is a bug, and the reason of an aborted signal
 */
export async function makePlan(engine: Engine, request: PlanRequest): Promise<Answer<MadePlan>> {
  const { operation, registered } = request;
  const { platform, database } = registered;
  const clients: pg.Client[] = [];
  const late = AbortSignal.timeout(engine.times.planning * 1000);
  const signal = request.signal === undefined ? late : AbortSignal.any([request.signal, late]);
  try {
    const inForce = await readPolicyFor(engine.records, {
      kind: operation.kind,
      platformId: platform.id,
      tenantKey: tenantOfClaim(operation.claim(request.input)),
    });
    const { planner } = engine.connectionStrings(registered.row);
    const plan = await operation.plan(
      {
        records: engine.records,
        platform,
        database,
        policy: inForce.policy,
        requestedBy: request.requestedBy,
        signal,
        plannerUrl: planner,
        store: engine.store,
        async connect() {
          const client = await connect(planner, {
            applicationName: `tenantry plan ${operation.kind}`,
            readOnly: true,
            signal,
          });
          clients.push(client);
          return client;
        },
      },
      request.input,
    );
    return { ok: true, plan, digest: planDigest(plan), inForce };
  } catch (error) {
    if (error instanceof Refusal) return refuse(...error.findings);
    if (request.signal?.aborted) throw request.signal.reason;
    if (late.aborted) return refuse(tooLong(database.name, engine.times.planning));
    const { sqlstate, sentence } = describeDatabaseError(error);
    if (sqlstate === null) throw error;
    return refuse({ code: "plan-failed", severity: "blocks", where: database.name, what: sentence });
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}

/** What stands against running this plan: its blocking findings, and gates that do not hold. */
export function objections(plan: OperationPlan): Finding[] {
  const findings = plan.findings.filter((finding) => blocks([finding]));
  const gates = plan.gates
    .filter((gate) => !gate.holds)
    .map(
      (gate): Finding => ({
        code: "gate-closed",
        severity: "blocks",
        where: gate.code,
        what: `This does not hold: ${gate.title}.`,
        todo: gate.detail,
      }),
    );
  return [...findings, ...gates];
}

function tooLong(where: string, seconds: number): Finding {
  return {
    code: "plan-timeout",
    severity: "blocks",
    where,
    what: `Planning took longer than ${seconds} seconds and was stopped.`,
    todo: "Look at the database's load and locks, then plan again.",
  };
}
