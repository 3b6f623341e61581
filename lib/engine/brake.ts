/**
 * The brake: a row, and a switch on every page. While it is on no run begins and every run stops at its next breath;
 * it asks neither the queue nor the worker's configuration.
 */
import { z } from "zod";
import type { Actor } from "../access/actor.ts";
import type { Finding } from "../findings/finding.ts";
import type { RecordsSession } from "../records/client.ts";
import { readSetting, writeSetting } from "../records/settings.ts";
import { type Answer, type Engine, refuse } from "./engine.ts";
import { enqueueQueued } from "./enqueue.ts";
import { notPermitted } from "./people.ts";

export const BRAKE_SETTING = "brake";

export const brakeSchema = z.strictObject({
  on: z.boolean(),
  reason: z.string(),
  /** ISO 8601. */
  since: z.string(),
});
export type Brake = z.output<typeof brakeSchema>;

const OFF: Brake = { on: false, reason: "", since: "1970-01-01T00:00:00.000Z" };

export async function readBrake(session: RecordsSession): Promise<Brake & { version: number }> {
  const { value, version } = await readSetting(session, BRAKE_SETTING, brakeSchema, OFF);
  return { ...value, version };
}

/**
 * Pulls or releases the brake (control:run). Runs that it stopped are paused and are resumed one by one by people;
 * those that wait in the queue begin when it is released.
 */
export async function setBrake(
  engine: Engine,
  actor: Actor,
  { on, reason }: { readonly on: boolean; readonly reason: string },
): Promise<Answer> {
  if (!actor.permissions.has("control:run")) return refuse(notPermitted("control:run"));
  if (reason.trim() === "")
    return refuse({
      code: "reason-missing",
      severity: "blocks",
      where: "reason",
      what: "Say why: everybody whose run stops will ask.",
    });
  const { version } = await readBrake(engine.records);
  const value: Brake = { on, reason: reason.trim(), since: new Date().toISOString() };
  const written = await writeSetting(engine.records, { name: BRAKE_SETTING, value, version, actor });
  if (!written.ok) return written;
  engine.log("warn", "brake.set", { on, person: actor.personId });
  if (!on) await enqueueQueued(engine);
  return { ok: true };
}

export function brakeOn(brake: Brake): Finding {
  return {
    code: "brake-on",
    severity: "blocks",
    where: "brake",
    what: `The brake is on since ${brake.since}: ${brake.reason}`,
    todo: "Release the brake first.",
  };
}
