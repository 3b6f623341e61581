/** A tenant that is ready to be deleted, and what brings it there. */
import { changePolicy } from "../../engine/change-policy.ts";
import { DEFAULT_POLICY, type Policy } from "../../engine/policy-schema.ts";
import { readPolicyToMend } from "../../engine/read-policy.ts";
import { carryOut, type TestWorld } from "./world.ts";

/** Without windows to wait for, unless it says otherwise. */
export async function setPolicy(world: TestWorld, policy: Partial<Policy> = {}): Promise<void> {
  const { engine, records } = world.console;
  const { version } = await readPolicyToMend(records);
  const changed = { ...DEFAULT_POLICY, suspendedHours: 0, quietHours: 0, ...policy };
  const answer = await changePolicy(engine, await world.actor("admin"), {
    policy: changed,
    version,
    reason: "test",
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.findings));
}

/** Suspended behind its fence, exported, drilled. Gives the bundle. */
export async function makeReady(world: TestWorld, tenantKey: string): Promise<string> {
  await carryOut(world, { kind: "suspend", input: { tenantKey, fence: "on" } });
  const exported = await carryOut(world, { kind: "export", input: { tenantKey } });
  const bundleId = exported.result.links.bundle!;
  await carryOut(world, { kind: "drill", input: { bundleId } });
  return bundleId;
}
