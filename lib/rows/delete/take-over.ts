/** Whoever begins, or goes on, raises the fence's epoch: a worker that was lost and wakes up late passes it no more. */
import type pg from "pg";
import { Refusal } from "../../findings/finding.ts";
import { tryLockTenant } from "../../postgres/tenant-lock.ts";
import { refuseForeign } from "../fence/fence.ts";
import type { RunContext } from "../run-context.ts";
import { fenceGone } from "./own-transaction.ts";

/**
 * @returns the epoch of this worker's writes
 * @throws Refusal `not-fenced`, or `tenant-locked` while another transaction of the tenant's is under way
 */
export async function takeOver(
  client: pg.ClientBase,
  tenantKey: string,
  { sideEffect }: Pick<RunContext, "sideEffect">,
): Promise<string> {
  await refuseForeign(client);
  await client.query("BEGIN");
  try {
    if (!(await tryLockTenant(client, tenantKey)))
      throw new Refusal({
        code: "tenant-locked",
        severity: "blocks",
        where: tenantKey,
        what: "Another run is working on this tenant right now.",
        todo: "Wait until it ends, then retry.",
      });
    const { rows } = await client.query<{ epoch: string }>(
      "UPDATE tenantry.fence SET epoch = epoch + 1 WHERE tenant = $1 AND state = 'held' RETURNING epoch::text AS epoch",
      [tenantKey],
    );
    if (rows[0] === undefined) throw new Refusal(fenceGone(tenantKey));
    await sideEffect("take over", () => client.query("COMMIT"));
    return rows[0].epoch;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}
