/**
 * What a reviewer approves, as one hash: SHA-256 over the canonical JSON (RFC 8785) of `approved(plan)`. Not in it:
 * the time, versions of planner and model, estimates, gates, findings, and any order in which a plan happens to
 * list databases and effects. A living tenant's row counts are estimates and stay outside; those of a fenced tenant
 * or a sealed bundle are exact and inside.
 */
import { canonicalHash, canonicalJson } from "../canonical/json.ts";
import type { Effect, OperationPlan } from "./plan.ts";

/** The digest of a plan, as 64 lower-case hex digits. */
export function planDigest(plan: OperationPlan): string {
  return canonicalHash(approved(plan));
}

/** Exactly what the digest covers, as a plain value. */
export function approved(plan: OperationPlan): Readonly<Record<string, unknown>> {
  return {
    kind: plan.kind,
    options: plan.options,
    tenant: { key: plan.tenant.key, slug: plan.tenant.slug, name: plan.tenant.name },
    databases: inOneOrder(
      plan.databases.map((database) => ({
        id: database.id,
        endpoint: database.endpoint,
        systemIdentifier: database.systemIdentifier,
        timeline: database.timeline,
        oid: database.oid,
        name: database.databaseName,
      })),
    ),
    tables: Object.fromEntries(
      Object.entries(plan.tables).map(([table, { shape, model }]) => [table, { shape, model }]),
    ),
    bundle: plan.bundle,
    effects: inOneOrder(plan.effects.map((effect) => approvedEffect(effect, plan.exact))),
    exact: plan.exact,
  };
}

function approvedEffect(effect: Effect, exact: boolean): Readonly<Record<string, unknown>> {
  const { verb, object, place, reversibility, note } = effect;
  const what = { verb, object, place, reversibility, note: note ?? null };
  return exact ? { ...what, rows: effect.rows, bytes: effect.bytes } : what;
}

function inOneOrder<Value>(values: readonly Value[]): Value[] {
  return values
    .map((value) => ({ value, text: canonicalJson(value) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ value }) => value);
}
