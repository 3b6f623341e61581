/** A worker dies in the middle of a run: what the page says is true before, meanwhile and after. */
import { eq, sql } from "drizzle-orm";
import type { StepRecord } from "../lib/engine/step-record.ts";
import { operations } from "../lib/records/schema/operations.ts";
import { heldSuspension } from "./fixtures/held-suspension.ts";
import { startLoneWorker } from "./fixtures/lone-worker.ts";
import { ended, type Row, rowOf } from "./fixtures/operations.ts";
import { FOR_WORK } from "./fixtures/patience.ts";
import { onDatabase, statusOf } from "./fixtures/tenants.ts";
import { expect, test } from "./fixtures/test.ts";

test("a worker is killed in a run, the page says that it is stalled, and the next worker ends it", async ({
  signedIn,
  library,
  world,
}) => {
  const operator = await signedIn("operator");
  const held = await heldSuspension({ library, world }, operator);
  const { tenant, id, operation } = held;
  const mine = eq(operations.id, id);

  await onDatabase(world.eu.url, async (application) => {
    await test.step("the run waits for the application, which holds the tenant's row", async () => {
      await application.query("BEGIN");
      await application.query("SELECT FROM organizations WHERE id = $1 FOR UPDATE", [tenant.key]);
      const worker = startLoneWorker(world, id);
      await operation.becomes("running");
      await expect
        .poll(async () => stepsOf(await rowOf(library, id)), { timeout: FOR_WORK })
        .toEqual(["begun"]);
      await worker.kill();
    });

    await test.step("its signs of life grow old: the page says so, and claims nothing", async () => {
      // As three quarters of a minute later, and as long as the test looks.
      await library.records
        .update(operations)
        .set({
          heartbeatAt: sql`now() - interval '45 seconds'`,
          leaseUntil: sql`now() + interval '1 hour'`,
        })
        .where(mine);
      await expect(operation.run.getByRole("status")).toContainText("stalled");
      await expect(operation.run.getByRole("status")).toContainText(`holding tenant ${tenant.slug} in eu-1`);
      await operator.page.reload();
      await operation.becomes("running");
      await expect(operation.run.getByRole("status")).toContainText("stalled");
      expect(await statusOf(world.eu.url, tenant.key)).toBe("active");
      await application.query("ROLLBACK");
    });
  });

  await test.step("its lease ends: the console's own worker finds the run and ends it", async () => {
    await library.records.update(operations).set({ leaseUntil: sql`now()` }).where(mine);
    await operation.becomes("succeeded");
    await operation.hears("over");
    await expect(operation.timeline).toContainText("Done and proved.");
    expect((await ended(library, id)).state).toBe("succeeded");
    const { epoch } = await rowOf(library, id);
    expect(epoch, "it changed hands").toBeGreaterThan(1);
    expect(await statusOf(world.eu.url, tenant.key)).toBe("suspended");
    await held.residentsAreAsBefore();
  });
});

const stepsOf = ({ steps }: Row) => (steps as StepRecord[]).map(({ state }) => state);
