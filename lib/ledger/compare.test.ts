import { expect, test } from "vitest";
import { type BundledSchema, compareLedgers } from "./compare.ts";
import { ledgerFingerprint } from "./fingerprint.ts";
import type { Ledger } from "./ledger.ts";

type Pair = readonly [version: string, checksum: string];

function live(...pairs: Pair[]): Ledger {
  const applied = pairs.map(([version, checksum]) => ({ version, checksum, name: `m${version}` }));
  const version = applied.at(-1)?.version ?? null;
  return { tool: "sqlx", applied, version, fingerprint: ledgerFingerprint(applied), failed: [] };
}

function bundled(...pairs: Pair[]): BundledSchema {
  const { version, fingerprint, applied } = live(...pairs);
  return { ledger: "sqlx", version, fingerprint, applied: applied.map(({ name: _, ...rest }) => rest) };
}

const numbered = (from: number, to: number): Pair[] =>
  Array.from({ length: to - from + 1 }, (_, i) => [String(from + i), `c${from + i}`]);

test("the same migrations in the same order make no finding", () => {
  expect(compareLedgers(bundled(...numbered(1, 30)), live(...numbered(1, 30)))).toEqual([]);
});

test("what only one side has is named, the first ten of it", () => {
  const findings = compareLedgers(bundled(...numbered(1, 3)), live(...numbered(2, 20)));
  expect(findings.map(({ code, count }) => [code, count])).toEqual([
    ["ledger-only-in-bundle", 1],
    ["ledger-only-in-target", 17],
  ]);
  expect(findings[1]?.what).toMatch(/: 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 7 more$/);
  expect(findings[1]?.todo).toContain("`tenantry upgrade`");
  expect(findings.every((finding) => finding.severity === "blocks")).toBe(true);
});

test("the same version with another checksum is a difference of its own", () => {
  const findings = compareLedgers(bundled(["1", "a"], ["2", "b"]), live(["1", "a"], ["2", "x"]));
  expect(findings).toMatchObject([{ code: "ledger-checksum-differs", count: 1 }]);
  expect(findings[0]?.what).toMatch(/: 2$/);
});

test("the same migrations in another order differ", () => {
  const findings = compareLedgers(bundled(["1", ""], ["2", ""]), live(["2", ""], ["1", ""]));
  expect(findings).toMatchObject([{ code: "ledger-order-differs" }]);
});

test("another tool, or one side without a ledger, differs", () => {
  const none: BundledSchema = { ledger: null, version: null, fingerprint: null, applied: [] };
  expect(compareLedgers({ ...bundled(["1", ""]), ledger: "flyway" }, live(["1", ""]))).toMatchObject([
    { code: "ledger-tool-differs" },
  ]);
  expect(compareLedgers(none, live(["1", ""]))).toMatchObject([{ code: "ledger-tool-differs" }]);
  expect(compareLedgers(bundled(["1", ""]), null)).toMatchObject([{ code: "ledger-tool-differs" }]);
  expect(compareLedgers(none, null)).toEqual([]);
});

test("a fingerprint that is not that of the list is found", () => {
  const forged = { ...bundled(["1", "a"]), fingerprint: "0".repeat(64) };
  expect(compareLedgers(forged, live(["1", "a"]))).toMatchObject([{ code: "ledger-fingerprint-differs" }]);
});

test("a bundle of the time before its tool's ledger was read is told apart by shapes alone, and says so", () => {
  const none: BundledSchema = { ledger: null, version: null, fingerprint: null, applied: [] };
  expect(compareLedgers(none, { ...live(["1", ""]), tool: "drizzle" })).toMatchObject([
    { code: "ledger-not-in-bundle", severity: "warns" },
  ]);
});

test("where one side knows its head only, the heads are compared", () => {
  const golang = (ledger: Ledger): Ledger => ({ ...ledger, tool: "golang-migrate" });
  const bundle = (...pairs: Pair[]) => ({ ...bundled(...pairs), ledger: "golang-migrate" });
  const three = golang(live(["1", ""], ["2", ""], ["3", ""]));
  const head: Ledger = { ...golang(live(["3", ""])), headOnly: true };
  expect(compareLedgers(bundle(["3", ""]), three)).toEqual([]);
  expect(compareLedgers(bundle(["1", ""], ["2", ""], ["3", ""]), head)).toEqual([]);
  expect(compareLedgers(bundle(["2", ""]), three)).toMatchObject([{ code: "ledger-head-differs" }]);
  expect(compareLedgers(bundle(["2", ""]), head)).toMatchObject([{ code: "ledger-head-differs" }]);
  expect(compareLedgers(bundle(["1", ""], ["3", ""]), three)).toMatchObject([
    { code: "ledger-only-in-target" },
  ]);
});
