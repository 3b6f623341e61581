/**
 * An operation to try the engine with: writes rows into a database in batches, each with its checkpoint and its
 * effect, then marks the tenant. What goes wrong and when is written in the database itself (`faults`), so that it
 * reaches a worker in another process too.
 */
import type pg from "pg";
import { z } from "zod";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { tryLockTenant } from "../../postgres/tenant-lock.ts";
import { currentTransactionId, transactionOutcome } from "../../postgres/transaction-outcome.ts";
import type { PlanContext, StepContext } from "../contexts.ts";
import { OutcomeUnknown } from "../interrupts.ts";
import type { AnyOperation, Operation, OperationStep, Registry } from "../operation.ts";
import type { OperationPlan } from "../plan.ts";

export const SYNTHETIC_SCHEMA = `
  CREATE TABLE tenants (key text PRIMARY KEY, name text NOT NULL, state text NOT NULL DEFAULT 'plain');
  INSERT INTO tenants VALUES ('acme', 'Acme'), ('globex', 'Globex');
  -- No key: a batch that is written twice shows.
  CREATE TABLE items (tenant text NOT NULL, run uuid NOT NULL, batch int NOT NULL, epoch int NOT NULL);
  INSERT INTO items VALUES ('globex', '00000000-0000-7000-8000-000000000000', 0, 0);
  CREATE TABLE faults (at text NOT NULL, kind text NOT NULL, times int NOT NULL DEFAULT 1);
  CREATE TABLE doors (name text PRIMARY KEY, open boolean NOT NULL);
  INSERT INTO doors VALUES ('gate', true);`;

const input = z.strictObject({
  tenant: z.string().min(1),
  batches: z.int().min(1).max(100),
  rows: z.int().min(1).max(1000).default(3),
});
type Input = z.output<typeof input>;

type Fault = "hang" | "refuse" | "break" | "bug" | "lose" | "doubt";

/** What a fault at `at` does, as often as it says. */
async function fault(context: StepContext, client: pg.ClientBase, at: string): Promise<void> {
  const where = at;
  switch (await takeFault(context.runnerUrl, at)) {
    case undefined:
      return;
    case "hang":
      // Until somebody ends the process, or takes the run away from it.
      await new Promise((_, reject) =>
        context.signal.addEventListener("abort", () => reject(context.signal.reason)),
      );
      return;
    case "refuse":
      throw new Refusal({ code: "not-today", severity: "blocks", where, what: "It is refused." });
    case "break":
      await client.query("SELECT pg_terminate_backend(pg_backend_pid())");
      return;
    case "bug":
      throw new TypeError("a bug");
    case "lose":
      throw Object.assign(new Error("Connection terminated unexpectedly"));
    case "doubt":
      throw new OutcomeUnknown({
        code: "commit-unanswered",
        severity: "blocks",
        where,
        what: "No answer came.",
      });
  }
}

/** On a session of its own: a fault that was taken stays taken when the step's transaction is rolled back. */
async function takeFault(url: string, at: string): Promise<Fault | undefined> {
  const client = await connect(url, { applicationName: "tenantry test fault" });
  try {
    const { rows } = await client.query<{ kind: Fault }>(
      "UPDATE faults SET times = times - 1 WHERE at = $1 AND times > 0 RETURNING kind",
      [at],
    );
    return rows[0]?.kind;
  } finally {
    await client.end();
  }
}

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

interface Checkpoint {
  readonly batch: number;
  readonly xid: string;
}

/** One transaction a batch: the tenant's lock first, its id stored before COMMIT. */
async function fill(context: StepContext): Promise<void> {
  const { tenant, batches, rows } = context.input as Input;
  const client = await connect(context.runnerUrl, {
    applicationName: "tenantry test fill",
    signal: context.signal,
  });
  try {
    for (let batch = await nextBatch(context, client); batch <= batches; batch++) {
      await context.breathe();
      await fault(context, client, `before batch ${batch}`);
      await beginAlone(context, client, tenant);
      await context.effect(`insert batch ${batch}`, () =>
        client.query("INSERT INTO items SELECT $1, $2, $3, $4 FROM generate_series(1, $5::int)", [
          tenant,
          context.operationId,
          batch,
          context.epoch,
          rows,
        ]),
      );
      await fault(context, client, `in batch ${batch}`);
      await context.save({ batch, xid: await currentTransactionId(client) } satisfies Checkpoint);
      await context.effect(`commit batch ${batch}`, () => client.query("COMMIT"));
      await fault(context, client, `after batch ${batch}`);
      context.progress({
        phase: "filling",
        table: "public.items",
        rows: batch * rows,
        bytes: 0,
        totalRows: batches * rows,
      });
    }
    await context.result({ changed: [`${batches * rows} rows were inserted.`] });
  } finally {
    await client.end().catch(() => {});
  }
}

/** Another worker that believes it owns the run, or the session of a dead one, may still hold the tenant. */
async function beginAlone(context: StepContext, client: pg.ClientBase, tenant: string): Promise<void> {
  for (;;) {
    await client.query("BEGIN");
    if (await tryLockTenant(client, tenant)) return;
    await client.query("ROLLBACK");
    await context.breathe();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function nextBatch(context: StepContext, client: pg.ClientBase): Promise<number> {
  const checkpoint = context.checkpoint as Checkpoint | null;
  if (checkpoint === null) return 1;
  for (;;) {
    switch (await transactionOutcome(client, checkpoint.xid)) {
      case "committed":
        return checkpoint.batch + 1;
      case "aborted":
        return checkpoint.batch;
      case "in progress":
        // The session of a worker that died a moment ago; the server notices soon.
        await context.breathe();
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      case "unknown":
        throw new OutcomeUnknown({ code: "commit-forgotten", severity: "blocks", where: "fill", what: "?" });
    }
  }
}

async function unfill(context: StepContext): Promise<void> {
  const client = await connect(context.runnerUrl, { applicationName: "tenantry test undo" });
  try {
    await fault(context, client, "undo");
    await client.query("BEGIN");
    // Waits for a session of a worker that is dead but not yet gone.
    await client.query("SELECT pg_advisory_xact_lock(x'544e5452'::int, hashtext($1))", [
      (context.input as Input).tenant,
    ]);
    await client.query("DELETE FROM items WHERE run = $1", [context.operationId]);
    await context.breathe();
    await context.effect("commit deletion", () => client.query("COMMIT"));
  } finally {
    await client.end();
  }
}

/** One update that can be looked for afterwards, and not taken back. */
async function mark(context: StepContext): Promise<void> {
  const { tenant } = context.input as Input;
  const client = await connect(context.runnerUrl, { applicationName: "tenantry test mark" });
  try {
    await context.breathe();
    await fault(context, client, "before mark");
    await context.effect("mark", async () => {
      await fault(context, client, "in mark");
      await client.query("UPDATE tenants SET state = 'filled' WHERE key = $1", [tenant]);
      await fault(context, client, "after mark");
    });
    await context.result({ changed: [`${tenant} is marked.`], links: { tenant: `/tenants/${tenant}` } });
  } finally {
    await client.end().catch(() => {});
  }
}

async function isMarked(context: StepContext): Promise<"done" | "not done" | "unknown"> {
  const { tenant } = context.input as Input;
  const client = await connect(context.runnerUrl, { applicationName: "tenantry test look" });
  try {
    const { rows } = await client.query<{ state: string }>("SELECT state FROM tenants WHERE key = $1", [
      tenant,
    ]);
    if (rows[0]!.state === "hidden") return "unknown";
    return rows[0]!.state === "filled" ? "done" : "not done";
  } finally {
    await client.end();
  }
}

/** Writes nothing; may be refused, and can be stopped. */
async function prove(context: StepContext): Promise<void> {
  const client = await connect(context.runnerUrl, { applicationName: "tenantry test prove", readOnly: true });
  try {
    await fault(context, client, "in proof");
    await context.breathe();
  } finally {
    await client.end();
  }
}

const STEPS: readonly OperationStep[] = [
  { name: "fill", title: "Insert the rows", reversibility: "reversible", run: fill, undo: unfill },
  { name: "mark", title: "Mark the tenant", reversibility: "compensating", run: mark, reconcile: isMarked },
  { name: "prove", title: "Prove it", reversibility: "reversible", run: prove },
];

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
