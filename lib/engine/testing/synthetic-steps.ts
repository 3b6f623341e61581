/** The steps of the synthetic operation: batches with a checkpoint each, a mark that cannot be taken back, a proof. */
import type pg from "pg";
import { z } from "zod";
import { connect } from "../../postgres/connection.ts";
import { tryLockTenant } from "../../postgres/tenant-lock.ts";
import { currentTransactionId, transactionOutcome } from "../../postgres/transaction-outcome.ts";
import type { StepContext } from "../contexts.ts";
import { OutcomeUnknown } from "../interrupts.ts";
import type { OperationStep } from "../operation.ts";
import { fault } from "./synthetic-faults.ts";

export const input = z.strictObject({
  tenant: z.string().min(1),
  batches: z.int().min(1).max(100),
  rows: z.int().min(1).max(1000).default(3),
});
export type Input = z.output<typeof input>;

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

export const STEPS: readonly OperationStep[] = [
  { name: "fill", title: "Insert the rows", reversibility: "reversible", run: fill, undo: unfill },
  { name: "mark", title: "Mark the tenant", reversibility: "compensating", run: mark, reconcile: isMarked },
  { name: "prove", title: "Prove it", reversibility: "reversible", run: prove },
];
