/** The last step: what a delete has kept in the platform's database goes with the fence. */
import type pg from "pg";
import { dropFence } from "../fence/fence.ts";
import type { RunContext } from "../run-context.ts";

/**
 * Records, ledger, fence, and with the last fence the schema: by the list of what is to be cleaned up, which was written
 * before any of it was there. Whatever is to be kept of them (the proof, what was set to NULL) is in other hands by then.
 */
export async function clearAway(
  client: pg.ClientBase,
  tenantKey: string,
  context: Pick<RunContext, "signal" | "sideEffect">,
): Promise<void> {
  await dropFence(client, tenantKey, context);
}
