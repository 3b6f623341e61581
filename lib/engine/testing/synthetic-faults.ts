/** What goes wrong in a synthetic run, as the database's table `faults` says: it reaches a worker in another process too. */
import type pg from "pg";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import type { StepContext } from "../contexts.ts";
import { OutcomeUnknown } from "../interrupts.ts";

type Fault = "hang" | "notice" | "refuse" | "break" | "bug" | "lose" | "doubt";

/** What a fault at `at` does, as often as it says. */
export async function fault(context: StepContext, client: pg.ClientBase, at: string): Promise<void> {
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
    case "notice":
      return context.find([{ code: "noticed", severity: "notes", where, what: "It is noticed." }]);
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
