import { expect, test } from "vitest";
import type { Effect } from "../../lib/engine/plan.ts";
import { groupEffects, isIrreversible, planSize } from "./effects.model.ts";

const effect = (over: Partial<Effect>): Effect => ({
  verb: "insert",
  object: "public.orders",
  place: "eu-1",
  rows: 10,
  bytes: 100,
  reversibility: "compensating",
  ...over,
});

test("what deletes comes first, then what cannot be taken back, then writes, and reads at the end", () => {
  const groups = groupEffects([
    effect({ verb: "read" }),
    effect({}),
    effect({ verb: "create", object: "public.users", reversibility: "irreversible" }),
    effect({ verb: "delete", object: "public.a" }),
  ]);
  expect(groups.map((group) => group.word)).toEqual(["deletes", "creates", "inserts", "reads"]);
  expect(groups.map((group) => group.churn)).toEqual([false, false, false, true]);
});

test("a group sums its tables, the largest first", () => {
  const [group] = groupEffects([effect({ rows: 1 }), effect({ object: "public.lines", rows: 31_000 })]);
  expect(group!.rows).toBe(31_001);
  expect(group!.effects.map((each) => each.object)).toEqual(["public.lines", "public.orders"]);
  expect(group!.objects).toBe("2\u00a0tables");
});

test("one unknown count makes the sum unknown, never zero", () => {
  const [group] = groupEffects([effect({ rows: null }), effect({ object: "public.lines" })]);
  expect(group!.rows).toBeNull();
  expect(group!.bytes).toBe(200);
});

test("one irreversible effect does not hide among the others of its verb", () => {
  const groups = groupEffects([
    effect({}),
    effect({ object: "public.users", reversibility: "irreversible" }),
  ]);
  expect(groups.map((group) => [group.reversibility, group.effects.length])).toEqual([
    ["irreversible", 1],
    ["compensating", 1],
  ]);
  expect(isIrreversible(groups.flatMap((group) => group.effects))).toBe(true);
  expect(isIrreversible([effect({})])).toBe(false);
});

test("an exact plan is as large as what it writes, any other as its estimate", () => {
  const estimate = { rows: 99, bytes: 7, seconds: 3 };
  const effects = [effect({}), effect({ verb: "read", rows: 5 })];
  expect(planSize({ exact: true, effects, estimate })).toEqual({
    rows: 10,
    bytes: 7,
    seconds: 3,
    exact: true,
  });
  expect(planSize({ exact: false, effects, estimate })).toEqual({
    rows: 99,
    bytes: 7,
    seconds: 3,
    exact: false,
  });
});
