/**
 * An operation to try the engine with: writes rows into a database in batches, each with its checkpoint and its
 * effect, then marks the tenant. What goes wrong and when is written in the database itself (`faults`), so that it
 * reaches a worker in another process too.
 */
import type { z } from "zod";
import { Refusal } from "../../findings/finding.ts";
import type { PlanContext } from "../contexts.ts";
import type { AnyOperation, Operation, Registry } from "../operation.ts";
import type { OperationPlan } from "../plan.ts";
import { type Input, input, STEPS } from "./synthetic-steps.ts";

export const SYNTHETIC_SCHEMA = `
  CREATE TABLE tenants (key text PRIMARY KEY, name text NOT NULL, state text NOT NULL DEFAULT 'plain');
  INSERT INTO tenants VALUES ('acme', 'Acme'), ('globex', 'Globex');
  -- No key: a batch that is written twice shows.
  CREATE TABLE items (tenant text NOT NULL, run uuid NOT NULL, batch int NOT NULL, epoch int NOT NULL);
  INSERT INTO items VALUES ('globex', '00000000-0000-7000-8000-000000000000', 0, 0);
  CREATE TABLE faults (at text NOT NULL, kind text NOT NULL, times int NOT NULL DEFAULT 1);
  CREATE TABLE doors (name text PRIMARY KEY, open boolean NOT NULL);
  INSERT INTO doors VALUES ('gate', true);`;

async function plan(context: PlanContext, { tenant, batches, rows }: Input): Promise<OperationPlan> {
  const client = await context.connect();
  const { rows: found } = await client.query<{ name: string; items: string; open: boolean; oid: number }>(
    `SELECT name, (SELECT count(*) FROM items WHERE tenant = key)::text AS items,
            (SELECT open FROM doors WHERE doors.name = 'gate') AS open,
            (SELECT oid::int FROM pg_database WHERE datname = current_database()) AS oid
     FROM tenants WHERE key = $1`,
    [tenant],
  );
  const row = found[0];
  if (row === undefined)
    throw new Refusal({ code: "tenant-not-found", severity: "blocks", where: "tenants", what: "No tenant." });
  const place = context.database.name;
  return {
    kind: "fill",
    summary: `Fill ${row.name} in ${place} with ${batches * rows} rows`,
    tenant: { key: tenant, slug: null, name: row.name },
    databases: [
      {
        id: context.database.id,
        name: place,
        endpoint: context.database.endpoint,
        systemIdentifier: null,
        timeline: null,
        oid: row.oid,
        databaseName: "synthetic",
      },
    ],
    options: { batches, rows },
    tables: { "public.items": { shape: "s1", model: "m1" } },
    bundle: null,
    effects: [
      effect("insert", "public.items", place, batches * rows, "reversible"),
      effect(
        "update",
        "public.tenants",
        place,
        1,
        "compensating",
        `beside ${row.items} items that are there`,
      ),
    ],
    steps: STEPS.map(({ name, title, reversibility }) => ({ name, title, reversibility })),
    gates: [{ code: "gate", title: "The gate is open", holds: row.open, detail: "Open the gate." }],
    findings: [],
    estimate: { rows: batches * rows, bytes: null, seconds: null },
    versions: { planner: "test", model: null },
    rollback: "The rows can be deleted.",
    exact: true,
  };
}

function effect(
  verb: "insert" | "update",
  object: string,
  place: string,
  rows: number,
  reversibility: "reversible" | "compensating",
  note?: string,
) {
  return { verb, object, place, rows, bytes: null, reversibility, note };
}

const fillOperation: Operation<Input> = {
  kind: "fill",
  title: "Fill",
  permission: "request:import",
  input: input as z.ZodType<Input>,
  claim: ({ tenant }) => `key:${tenant}`,
  budgetSeconds: 600,
  pausable: true,
  reviews: (_input, { options }) =>
    (options.batches as number) > 2
      ? { needed: 1, why: "More than two batches need a review." }
      : { needed: 0, why: "Two batches pass by policy." },
  plan,
  steps: () => STEPS,
};

/** The same in one piece: no place to stop at, over with the mark, and with a gate that the policy moves. */
const wholeOperation: Operation<Input> = {
  ...fillOperation,
  kind: "whole",
  pausable: false,
  reviewRange: [0, 2],
  windows: ["quietHours"],
  async plan(context, input) {
    const planned = await plan(context, input);
    const { quietHours } = context.policy;
    // Its last write is a day ago, whenever one asks.
    const quiet = { code: "quiet", title: "No write", holds: quietHours <= 24, detail: `${quietHours} h` };
    return {
      ...planned,
      kind: "whole",
      steps: planned.steps.slice(0, 2),
      gates: [...planned.gates, quiet],
    };
  },
  steps: () => STEPS.slice(0, 2),
};

const ALL: readonly AnyOperation[] = [fillOperation, wholeOperation];

export const syntheticRegistry: Registry = {
  all: ALL,
  get: (kind) => ALL.find((operation) => operation.kind === kind)!,
};
