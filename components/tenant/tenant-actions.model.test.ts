import { describe, expect, it } from "vitest";
import { permissionsOf } from "../../lib/access/permissions.ts";
import { type TenantSituation, tenantActions } from "./tenant-actions.model.ts";
import { TENANT_STATE_ORDER } from "./tenant-state.model.ts";

const situation = (over: Partial<TenantSituation> = {}): TenantSituation => ({
  state: "active",
  gone: false,
  active: null,
  permissions: permissionsOf(["operator"]),
  ...over,
});
const available = (over?: Partial<TenantSituation>) =>
  tenantActions(situation(over)).flatMap((action) => (action.unavailable === null ? [action.kind] : []));
const reason = (kind: string, over?: Partial<TenantSituation>) =>
  tenantActions(situation(over)).find((action) => action.kind === kind)?.unavailable;

describe("what can be requested of a tenant", () => {
  it("is what its state allows", () => {
    expect(available({ state: "active" })).toEqual(["export", "suspend"]);
    expect(available({ state: "suspended" })).toEqual(["export", "resume", "delete"]);
    expect(available({ state: "deleting" })).toEqual(["restore"]);
    expect(available({ state: "deleted", gone: true })).toEqual(["restore"]);
  });

  it("is what the person's roles allow, and says which role it takes", () => {
    expect(available({ permissions: permissionsOf(["support"]) })).toEqual(["export"]);
    expect(reason("suspend", { permissions: permissionsOf(["support"]) })).toBe(
      "Needs the role operator or admin.",
    );
  });

  it("is nothing while another operation has the tenant, which it names", () => {
    const active = { kind: "export", state: "running", requestedBy: "Ada" } as const;
    expect(available({ active })).toEqual([]);
    expect(reason("suspend", { active })).toContain("export by Ada");
  });

  it("is nothing for a tenant that is not there any more", () => {
    expect(available({ gone: true })).toEqual([]);
  });

  it("always lists the same actions, each closed one with a sentence", () => {
    for (const state of TENANT_STATE_ORDER) {
      const actions = tenantActions(situation({ state }));
      expect(actions.map((action) => action.kind)).toEqual([
        "export",
        "suspend",
        "resume",
        "delete",
        "restore",
      ]);
      for (const { unavailable } of actions) if (unavailable !== null) expect(unavailable).toMatch(/\w.*\.$/);
    }
  });
});
