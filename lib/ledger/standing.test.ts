import { expect, test } from "vitest";
import type { MigrationFile } from "./ledger.ts";
import { editedSince, standingOf } from "./standing.ts";

const versions = (...names: string[]) => names.map((version) => ({ version }));
const stand = (applied: string[], failed: string[] = [], edited: string[] = []) => ({
  applied: versions(...applied),
  failed,
  edited,
});

test("each migration's state, where the database stands, and how far behind", () => {
  const { states, ...rest } = standingOf(versions("1", "2", "3", "4"), stand(["1", "2"], [], ["2"]));
  expect([...states]).toEqual([
    ["1", "applied"],
    ["2", "edited"],
    ["3", "pending"],
    ["4", "pending"],
  ]);
  expect(rest).toEqual({ head: "2", behind: 2, outOfOrder: [] });
});

test("what a later one has overtaken is out of order; a failed one counts as behind", () => {
  const { states, ...rest } = standingOf(versions("1", "2", "3", "4"), stand(["1", "3"], ["4"]));
  expect(states.get("4")).toBe("failed");
  expect(rest).toEqual({ head: "3", behind: 2, outOfOrder: ["2"] });
});

test("what the folder does not have is missing, and stands last", () => {
  const { states, ...rest } = standingOf(versions("1", "3"), stand(["1", "2", "x"], ["y"]));
  expect([...states].slice(2)).toEqual([
    ["y", "failed"],
    ["2", "missing"],
    ["x", "missing"],
  ]);
  expect(rest).toEqual({ head: "1", behind: 1, outOfOrder: [] });
});

test("nothing has run, or there is nothing to run", () => {
  expect(standingOf(versions("1"), stand([]))).toMatchObject({ head: null, behind: 1 });
  expect(standingOf([], stand([]))).toMatchObject({ head: null, behind: 0 });
});

test("a file is edited where its checksum is another; where the tool keeps none, nobody knows", () => {
  const file = (version: string, checksum: string) => ({ version, checksum, sql: "" }) as MigrationFile;
  const applied = [
    { version: "1", checksum: "a", name: "" },
    { version: "2", checksum: "b", name: "" },
    { version: "3", checksum: "", name: "" },
    { version: "4", checksum: "d", name: "" },
  ];
  expect(editedSince({}, { applied }, [file("1", "a"), file("2", "x"), file("3", "y")])).toEqual(["2"]);
  expect(editedSince({ isSameFile: () => true }, { applied }, [file("2", "x")])).toEqual([]);
});
