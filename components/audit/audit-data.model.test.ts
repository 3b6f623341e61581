import { expect, it } from "vitest";
import { dataFacts } from "./audit-data.model.ts";

it("tells an entry's facts in short, and leaves out what says nothing", () => {
  expect(dataFacts({ role: "admin", version: 3, holds: false, roles: ["a"], none: null, empty: "" })).toEqual(
    ["role: admin", "version: 3", "holds: false", 'roles: ["a"]'],
  );
  expect(dataFacts({ long: "x".repeat(500) })[0]).toHaveLength("long: ".length + 161);
  expect(dataFacts({ digest: `9f2c41${"a".repeat(54)}e1b0` })).toEqual(["digest: 9f2c41…e1b0"]);
  for (const nothing of [null, "text", 3, {}]) expect(dataFacts(nothing)).toEqual([]);
});
