import { expect, test } from "vitest";
import {
  EVERY_OPERATION,
  isNarrowed,
  readOperationList,
  statesOf,
  writeOperationList,
} from "./operation-list.ts";

test("an empty address is every operation, and is written as nothing", () => {
  expect(readOperationList({})).toEqual(EVERY_OPERATION);
  expect(Object.values(writeOperationList(EVERY_OPERATION)).filter((value) => value)).toEqual([]);
  expect(isNarrowed(EVERY_OPERATION)).toBe(false);
});

test("an address is read back as it was written", () => {
  const query = {
    state: "in_review",
    kind: "import",
    platform: "harbor",
    database: "eu-1",
    tenant: "7",
    mine: true,
    since: "7d",
    page: 3,
  } as const;
  const written = Object.entries(writeOperationList(query)).map(([name, value]) => [name, String(value)]);
  expect(readOperationList(Object.fromEntries(written))).toEqual(query);
  expect(isNarrowed(query)).toBe(true);
});

test("nonsense in an address is left out", () => {
  expect(readOperationList({ state: "toString", since: "constructor", page: "-1", mine: "yes" })).toEqual(
    EVERY_OPERATION,
  );
});

test("a group of states stands for its states", () => {
  expect(statesOf("failing")).toEqual(["failed", "unknown"]);
  expect(statesOf("paused")).toEqual(["paused"]);
  expect(statesOf(null)).toBeNull();
});
