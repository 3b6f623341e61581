import { expect, test } from "vitest";
import { POLICY_WINDOWS } from "../../lib/engine/policy-schema.ts";
import { changeInWords, isNumberRule, ruleTitle, ruleValue } from "./rules.model.ts";

test("a rule has its name, for a kind that kind's", () => {
  expect(ruleTitle("reviews.import")).toBe("Import: reviews");
  expect(ruleTitle("budgetSeconds.export")).toBe("Export: run-time budget");
  for (const window of POLICY_WINDOWS) expect(isNumberRule(window), window).toBe(true);
});

test("a value has its unit, and what is not set says what holds instead", () => {
  expect(ruleValue("drillDays", 1)).toBe("1\u00a0day");
  expect(ruleValue("budgetSeconds.export", 900)).toBe("15\u00a0m");
  expect(ruleValue("bundleDays", null)).toBe("no limit");
  expect(ruleValue("keepReviews", false)).toBe("no");
  expect(ruleValue("drillDays", undefined, true)).toBe("as everywhere");
  expect(changeInWords({ rule: "reviews.import", platformId: null, from: undefined, to: 2 })).toBe(
    "Import: reviews: default → 2",
  );
});
