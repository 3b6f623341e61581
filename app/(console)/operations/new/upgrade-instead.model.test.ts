import { expect, it } from "vitest";
import { upgradeInstead } from "./upgrade-instead.model.ts";

const finding = (code: string) => ({ code, severity: "blocks" as const, where: "ledger", what: "x" });
const older = { findings: [finding("ledger-only-in-target")], gates: [] };
const opens = { title: "Upgrade it", operation: "upgrade", bundleId: "b1" };
const gate = { code: "schema-equal", title: "x", holds: false, detail: "x", opens };

it("leads from an import of an old bundle to its upgrade for that database", () => {
  const asked = { kind: "import", bundle: "b2", database: "d1", preview: older };
  expect(upgradeInstead(asked)).toBe("/operations/new?kind=upgrade&bundle=b2&database=d1");
});

it("leads from a restore to the upgrade of the bundle that it would have taken", () => {
  const asked = { kind: "restore", bundle: null, database: "d1" };
  const preview = { ...older, gates: [gate] };
  expect(upgradeInstead({ ...asked, preview })).toBe("/operations/new?kind=upgrade&bundle=b1&database=d1");
  expect(upgradeInstead({ ...asked, preview: older })).toBeNull();
});

it.each(["ledger-only-in-bundle", "ledger-checksum-differs", "ledger-tool-differs", "other-platform"])(
  "leads nowhere where an upgrade would not settle it: %s",
  (code) => {
    const preview = { ...older, findings: [...older.findings, finding(code)] };
    expect(upgradeInstead({ kind: "import", bundle: "b2", database: "d1", preview })).toBeNull();
  },
);

it("leads nowhere before the plan was looked at, and from no other form", () => {
  expect(upgradeInstead({ kind: "import", bundle: "b2", database: "d1", preview: null })).toBeNull();
  expect(upgradeInstead({ kind: "drill", bundle: "b2", database: "d1", preview: older })).toBeNull();
});
