/** What became of an earlier run of the same import, whose process is gone. */
import type pg from "pg";
import { Refusal } from "../../findings/finding.ts";
import { transactionOutcome } from "../../postgres/transaction-outcome.ts";
import { findTenant } from "../tenant.ts";
import type { Journal } from "./journal.ts";
import type { ImportOutline } from "./outline.ts";

/**
 * `done` when the tenant that the journal names is there; null when nothing is there and a new run may begin.
 * An import is one transaction: its tenant's row is there, or nothing of it is.
 *
 * @throws Refusal while the earlier transaction is still being decided
 */
export async function earlierAttempt(
  client: pg.ClientBase,
  plan: ImportOutline,
  earlier: Journal,
): Promise<"done" | null> {
  if (earlier.transaction === null) return null;
  const outcome = await transactionOutcome(client, earlier.transaction);
  if (outcome === "in progress")
    throw new Refusal({
      code: "import-in-progress",
      severity: "blocks",
      where: plan.target.catalog.database.name,
      what: "An earlier run of the same import is still at work in the database.",
      todo: "Wait until it ends, then run the same command again.",
    });
  if (outcome === "aborted") return null;
  // Committed, or so long ago that the server has forgotten: the row itself tells. It may have been deleted since.
  const tenant = await findTenant(client, plan.target.model, earlier.remap.tenant.newKey);
  return "code" in tenant || tenant.key !== earlier.remap.tenant.newKey ? null : "done";
}
