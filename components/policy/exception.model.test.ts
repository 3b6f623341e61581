import { expect, test } from "vitest";
import { exceptionInWords } from "./exception.model.ts";

test("says what is otherwise, for which kind and for whom", () => {
  const told = { kind: "import", rule: "reviews", value: 0, platform: null, tenantKey: null } as const;
  expect(exceptionInWords(told)).toBe("Import: no review");
  expect(exceptionInWords({ ...told, platform: "harbor", value: 2 })).toBe("Import of harbor: 2 reviews");
  expect(
    exceptionInWords({ kind: "delete", rule: "quietHours", value: 1, platform: "harbor", tenantKey: "42" }),
  ).toBe("Delete of tenant 42 of harbor: no write before a delete for 1\u00a0hour");
});
