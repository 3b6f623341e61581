import { expect, test } from "vitest";
import type { Effect } from "../../lib/engine/plan.ts";
import { doneInWords, plotInWords, ratePoints, tableProgress, verdictOf } from "./progress.model.ts";

const insert = (object: string, rows: number | null): Effect => ({
  verb: "insert",
  object,
  place: "eu-1",
  rows,
  bytes: null,
  reversibility: "compensating",
});

const at = (table: string, rows: number) => ({ phase: "loading", table, rows, bytes: 0, totalRows: 100 });

test("with exact totals each table says how many of its rows are done", () => {
  const effects = [insert("public.a", 10), insert("public.b", 60), insert("public.c", 30)];
  expect(tableProgress(effects, true, at("public.b", 40))).toEqual([
    { table: "public.a", state: "done", rows: 10, total: 10 },
    { table: "public.b", state: "now", rows: 30, total: 60 },
    { table: "public.c", state: "waiting", rows: null, total: 30 },
  ]);
});

test("without totals only the order is told, and no number is made up", () => {
  const states = tableProgress(
    [insert("public.a", null), insert("public.b", null)],
    false,
    at("public.b", 7),
  );
  expect(states.map(({ state, rows, total }) => [state, rows, total])).toEqual([
    ["done", null, null],
    ["now", null, null],
  ]);
});

test("before the first table, or in one that the plan does not know, there is nothing to say", () => {
  expect(tableProgress([insert("public.a", 1)], true, null)).toEqual([]);
  expect(tableProgress([insert("public.a", 1)], true, at("public.z", 1))).toEqual([]);
});

test("rates are between samples, and a step that counts from zero leaves a gap", () => {
  const points = ratePoints([
    { at: 1000, rows: 0, bytes: 0 },
    { at: 2000, rows: 500, bytes: 0 },
    { at: 3000, rows: 0, bytes: 0 },
    { at: 5000, rows: 3000, bytes: 0 },
  ]);
  expect(points).toEqual([
    { ago: 3, rowsPerSecond: 500 },
    { ago: 0, rowsPerSecond: 1500 },
  ]);
  expect(plotInWords(points)).toBe("Rows per second over the last 3\u00a0s: now 1500, between 500 and 1500.");
  expect(plotInWords(points.slice(1))).toBeNull();
});

test("the verdict names the signal, or since when and holding what", () => {
  expect(verdictOf({ verdict: "slow", signal: "replica lag" }, 0)!.more).toBe("replica lag");
  const stalled = verdictOf({ verdict: "stalled", since: 0, holding: "tenant acme in eu-1" }, 90_000)!;
  expect(stalled.tone).toBe("bad");
  expect(stalled.more).toBe("no sign of life for 1\u00a0m\u00a030\u00a0s, holding tenant acme in eu-1");
  expect(verdictOf({ verdict: "waiting", since: 0, why: "the brake is on" }, 1000)!.more).toContain(
    "the brake is on",
  );
});

test("what does not run has no verdict", () => {
  expect(verdictOf({ verdict: "not running" }, 0)).toBeNull();
});

test("what is done is told in rows, in bytes while none are counted", () => {
  expect(doneInWords(at("public.a", 40))).toBe("40\u00a0rows of 100\u00a0rows");
  expect(doneInWords({ phase: "verifying", table: null, rows: 0, bytes: 2048, totalRows: null })).toBe(
    "2.00\u00a0KiB",
  );
});
