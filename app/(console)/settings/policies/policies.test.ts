import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../../../lib/access/actor.ts";
import { createWorld, request, rowOf, type World } from "../../../../lib/engine/testing/world.ts";
import { readOperationView } from "../../../../lib/queries/operation.ts";
import { readPolicies } from "../../../../lib/queries/policies.ts";
import { Refused } from "../../../../lib/queries/refused.ts";
import { settings } from "../../../../lib/records/schema/settings.ts";
import type { SettingsState } from "../form-state.ts";
import { addException, savePolicy, stopException } from "./acts.ts";

let world: World;
let nobody: Actor;
beforeAll(async () => {
  world = await createWorld();
  nobody = { ...world.viewer, roles: [], permissions: new Set() };
});
afterAll(() => world.close());

const form = (values: Readonly<Record<string, string>>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
};
const codes = ({ findings }: SettingsState) => findings.map(({ code }) => code);
const POLICY = {
  ...{ version: "0", platform: "", reason: "a test", approvalHours: "8", reviewDays: "7", draftHours: "24" },
  ...{ afterActionHours: "72", quietHours: "24", "reviews.fill": "1", keepReviews: "on" },
};
const exception = () => ({
  ...{ of: "fill:reviews", value: "0", platformId: world.platformId, tenantKey: "", days: "1" },
  ...{ ownerId: world.operator.personId, reason: "they leave today" },
});

describe("the page of policies", () => {
  it("is read by everybody who sees anything, with what each kind may be set to", async () => {
    const view = await readPolicies(world, world.viewer);
    expect(view).toMatchObject({ version: 0, mayChange: false, findings: [], past: [], exceptions: [] });
    expect(view.windows).toEqual(["quietHours"]);
    expect(view.kinds).toMatchObject([
      { kind: "fill", range: [0, 3], budgetSeconds: 600, exceptionRules: ["reviews"] },
      { kind: "whole", range: [0, 2], exceptionRules: ["reviews", "quietHours"] },
    ]);
    expect((await readPolicies(world, world.admin)).mayChange).toBe(true);
    await expect(readPolicies(world, nobody)).rejects.toThrow(Refused);
  });

  it("refuses each act to who may not, and a form that is forged", async () => {
    const id = { exceptionId: world.platformId };
    for (const actor of [nobody, world.viewer, world.operator, world.reviewer]) {
      expect(codes(await savePolicy(world, actor, form(POLICY)))).toEqual(["not-permitted"]);
      expect(codes(await addException(world, actor, form(exception())))).toEqual(["not-permitted"]);
      expect(codes(await stopException(world, actor, form(id)))).toEqual(["not-permitted"]);
    }
    expect(codes(await savePolicy(world, world.admin, form({ ...POLICY, version: "x" })))).toEqual([
      "form-unreadable",
    ]);
    expect(codes(await savePolicy(world, world.admin, form({ ...POLICY, platform: "harbor" })))).toEqual([
      "form-unreadable",
    ]);
    expect(codes(await addException(world, world.admin, form({ ...exception(), of: "fill" })))).toEqual([
      "form-unreadable",
    ]);
    expect(codes(await stopException(world, world.admin, form({ exceptionId: "1" })))).toEqual([
      "form-unreadable",
    ]);
    expect((await readPolicies(world, world.admin)).version).toBe(0);
  });

  it("saves, says what changed, and keeps what was typed where it is refused", async () => {
    const wrong = await savePolicy(world, world.admin, form({ ...POLICY, approvalHours: "none" }));
    expect(wrong).toMatchObject({
      findings: [{ where: "approvalHours" }],
      values: { approvalHours: "none" },
    });
    expect(codes(await savePolicy(world, world.admin, form(POLICY)))).toEqual([]);
    expect(codes(await savePolicy(world, world.admin, form({ ...POLICY, approvalHours: "9" })))).toEqual([
      "setting-changed-meanwhile",
    ]);
    const own = { version: "1", platform: world.platformId, reason: "they asked", quietHours: "1" };
    expect(codes(await savePolicy(world, world.admin, form(own)))).toEqual([]);
    const view = await readPolicies(world, world.viewer);
    expect(view.policy).toMatchObject({
      approvalHours: 8,
      reviews: { fill: 1 },
      platforms: { [world.platformId]: { quietHours: 1 } },
    });
    expect(view.past).toMatchObject([
      {
        by: "Ada",
        reason: "they asked",
        changes: [{ rule: "quietHours", platformId: world.platformId, to: 1 }],
      },
      { reason: "a test", changes: [{ rule: "approvalHours", from: 24, to: 8 }, { rule: "reviews.fill" }] },
    ]);
  });

  it("grants an exception that stands on the operation it touches, and ends it", async () => {
    expect(codes(await addException(world, world.admin, form(exception())))).toEqual([]);
    const [granted] = (await readPolicies(world, world.viewer)).exceptions;
    expect(granted).toMatchObject({
      ...{ kind: "fill", rule: "reviews", value: 0, platform: "synthetic", owner: "Otto" },
      ...{ grantedBy: "Ada", reason: "they leave today", inForce: true },
    });
    const id = await request(world, { batches: 3 });
    expect((await rowOf(world, id)).state).toBe("queued");
    const shown = await readOperationView(world, world.viewer, id);
    expect(shown?.exceptions).toMatchObject([{ id: granted!.id, owner: "Otto" }]);
    const end = form({ exceptionId: granted!.id });
    expect(codes(await stopException(world, world.admin, end))).toEqual([]);
    expect((await readPolicies(world, world.viewer)).exceptions).toMatchObject([{ inForce: false }]);
  });

  it("shows what is wrong with a stored policy that cannot be read, and saves over it", async () => {
    await world.records.update(settings).set({ value: { approvalHours: "long" } });
    const view = await readPolicies(world, world.admin);
    expect(view.findings).toMatchObject([{ code: "setting-invalid" }]);
    const mended = { ...POLICY, version: String(view.version), reason: "it was broken" };
    expect(codes(await savePolicy(world, world.admin, form(mended)))).toEqual([]);
    expect(await readPolicies(world, world.admin)).toMatchObject({
      findings: [],
      policy: { approvalHours: 8 },
    });
  });
});
