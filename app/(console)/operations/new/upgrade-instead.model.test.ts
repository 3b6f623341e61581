import { expect, it } from "vitest";
import { links } from "../../../../components/links.ts";
import type { Finding } from "../../../../lib/findings/finding.ts";
import { upgradeInstead } from "./upgrade-instead.model.ts";

const found = (...codes: readonly string[]): Finding[] =>
  codes.map((code) => ({ code, severity: "blocks", where: "ledger", what: "It differs." }));

it("leads from an import that is refused for its bundle's age to the upgrade of it", () => {
  expect(upgradeInstead("import", "b", "d", found("slug-taken", "ledger-only-in-target"))).toBe(
    links.newOperation({ kind: "upgrade", bundle: "b", database: "d" }),
  );
});

it.each(["ledger-only-in-bundle", "ledger-checksum-differs", "ledger-tool-differs", "other-platform"])(
  "leads nowhere where more than age is between them: %s",
  (code) => {
    expect(upgradeInstead("import", "b", "d", found("ledger-only-in-target", code))).toBeNull();
  },
);

it("leads nowhere where the bundle is of the database's version, or nobody has said which it is", () => {
  expect(upgradeInstead("import", "b", "d", found("slug-taken"))).toBeNull();
  expect(upgradeInstead("import", "b", "d", [])).toBeNull();
  expect(upgradeInstead("export", "b", "d", found("ledger-only-in-target"))).toBeNull();
  expect(upgradeInstead("import", null, "d", found("ledger-only-in-target"))).toBeNull();
  expect(upgradeInstead("import", "b", undefined, found("ledger-only-in-target"))).toBeNull();
});
