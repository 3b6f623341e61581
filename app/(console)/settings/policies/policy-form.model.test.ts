import { expect, test } from "vitest";
import { DEFAULT_POLICY, policySchema } from "../../../../lib/engine/policy-schema.ts";
import { policyOfForm } from "./policy-form.model.ts";

const SHAPE = { kinds: ["export", "import"], windows: ["drillDays"] } as const;
const form = (values: Readonly<Record<string, string>>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
};
const read = (values: Readonly<Record<string, string>>, platform = "", current = DEFAULT_POLICY) =>
  policySchema.safeParse(policyOfForm(current, form(values), SHAPE, platform));

const CONSOLE = {
  approvalHours: "8",
  reviewDays: "3",
  draftHours: "24",
  afterActionHours: "72",
  drillDays: "7",
};

test("what is typed is set, what is empty is the default; budgets are minutes", () => {
  expect(
    read({
      ...CONSOLE,
      "reviews.import": "2",
      "reviews.export": "",
      "budget.export": "30",
      keepReviews: "on",
    }).data,
  ).toEqual({
    ...DEFAULT_POLICY,
    approvalHours: 8,
    reviewDays: 3,
    reviews: { import: 2 },
    budgetSeconds: { export: 1800 },
  });
  expect(read({ ...CONSOLE, bundleDays: "30" }).data).toMatchObject({ keepReviews: false, bundleDays: 30 });
});

test("what the form does not show stays as it is", () => {
  const current = policySchema.parse({ suspendedHours: 5, platforms: { p1: { drillDays: 2 } } });
  expect(read(CONSOLE, "", current).data).toMatchObject({
    suspendedHours: 5,
    platforms: { p1: { drillDays: 2 } },
  });
});

test("a platform's form sets that platform's rules alone, and none where all is empty", () => {
  const current = policySchema.parse({ approvalHours: 5, platforms: { p1: { drillDays: 2 }, p2: {} } });
  expect(read({ "reviews.import": "0", drillDays: "3" }, "p1", current).data).toEqual({
    ...current,
    platforms: { p1: { reviews: { import: 0 }, drillDays: 3 }, p2: { reviews: {} } },
  });
  expect(read({ "reviews.import": " ", drillDays: "" }, "p1", current).data?.platforms).toEqual({
    p2: { reviews: {} },
  });
});

test("a platform says by 0 that there is no such limit for it, whatever the console has", () => {
  const current = policySchema.parse({ drillEveryDays: 7, bundleDays: 30 });
  expect(read({ drillEveryDays: "0", bundleDays: "" }, "p1", current).data?.platforms).toEqual({
    p1: { reviews: {}, drillEveryDays: null },
  });
  expect(read({ ...CONSOLE, drillEveryDays: "0" }).success).toBe(false);
});

test("what is no number is refused, not taken for nothing", () => {
  expect(read({ ...CONSOLE, approvalHours: "many" }).success).toBe(false);
  expect(read({ "reviews.import": "x" }, "p1").success).toBe(false);
  expect(read({ drillEveryDays: "never" }, "p1").success).toBe(false);
});
