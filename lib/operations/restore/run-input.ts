/** What the steps of a restore share: what it was asked for, and a session of the platform's. */
import { eq } from "drizzle-orm";
import type pg from "pg";
import type { StepContext } from "../../engine/contexts.ts";
import { connect } from "../../postgres/connection.ts";
import { pinSession } from "../../postgres/session.ts";
import { tombstones } from "../../records/schema/tombstones.ts";
import { type BundleRow, findBundle } from "../shared/bundle.ts";
import type { Tombstone } from "../tombstones/tombstones.ts";
import { restoreInput } from "./input.ts";

/** Whether rows of it may still be there: the delete was stopped on its way. */
export function isPartly({ plan }: StepContext): boolean {
  return plan.options.partly === true;
}

export async function tombstoneFor(context: StepContext): Promise<Tombstone> {
  const [found] = await context.records
    .select()
    .from(tombstones)
    .where(eq(tombstones.id, context.plan.options.tombstone as string));
  if (found === undefined) throw new Error("a plan without a tombstone is never run");
  return found;
}

export async function bundleFor(context: StepContext): Promise<BundleRow> {
  const { bundleId } = restoreInput.parse(context.input);
  return findBundle(context, bundleId ?? (await tombstoneFor(context)).bundleId);
}

export async function withPlatform<T>(
  context: StepContext,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(context.runnerUrl, {
    applicationName: "tenantry run",
    signal: context.signal,
  });
  try {
    await pinSession(client);
    return await work(client);
  } finally {
    await client.end();
  }
}
