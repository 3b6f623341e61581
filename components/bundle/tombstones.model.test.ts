import { expect, it } from "vitest";
import { keptWords } from "./keeping.model.ts";
import { tombstoneInWords } from "./tombstones.model.ts";

const stone = { state: "deleted", restsOnIt: true, inTime: true } as const;

it("says of each delete what the bundle is to it", () => {
  expect(tombstoneInWords(stone)).toContain("kept for exactly as long");
  expect(tombstoneInWords({ ...stone, restsOnIt: false })).toContain("another bundle");
  expect(tombstoneInWords({ ...stone, inTime: false })).toContain("ended");
  expect(tombstoneInWords({ ...stone, state: "deleting" })).toContain("only here");
  expect(tombstoneInWords({ ...stone, state: "deleting", restsOnIt: false })).toContain("another bundle");
  expect(tombstoneInWords({ ...stone, state: "restored" })).toContain("restored");
  expect(tombstoneInWords({ ...stone, state: "replaced" })).toContain("there again");
});

it("keeps what a deleted tenant can be brought back from by that alone, whatever its class", () => {
  expect(keptWords("year", true, true)).toContain("brought back");
  expect(keptWords("year", true)).toBe("a year");
  expect(keptWords(null, true)).toContain("export");
});
