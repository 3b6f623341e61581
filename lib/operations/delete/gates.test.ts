import { describe, expect, it } from "vitest";
import { type DeleteLook, deleteGates } from "./gates.ts";

const NOW = new Date("2026-06-10T12:00:00Z");
const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

/** Everything holds. */
const GOOD: DeleteLook = {
  now: NOW,
  policy: { suspendedHours: 72, quietHours: 24, drillDays: 7 },
  suspended: true,
  fence: { since: ago(80), refused: 0 },
  knownRefused: { refused: 0, at: null },
  written: [],
  bundle: { id: "b1", name: "acme.tar.gz", ofTenant: true, ready: true, takenAt: ago(70) },
  differing: [],
  drill: { at: ago(24) },
  manual: [{ name: "objects", description: "Files in the bucket.", confirmedAt: ago(2) }],
  holds: [],
  others: [],
};

const closed = (look: Partial<DeleteLook>) =>
  deleteGates({ ...GOOD, ...look })
    .filter(({ holds }) => !holds)
    .map(({ code }) => code);
const gate = (code: string, look: Partial<DeleteLook>) =>
  deleteGates({ ...GOOD, ...look }).find((each) => each.code === code)!;

describe("the gates of a delete", () => {
  it("all hold where everything was seen to, and each says what was looked at", () => {
    expect(closed({})).toEqual([]);
    for (const { detail } of deleteGates(GOOD)) expect(detail).not.toBe("");
  });

  it.each<[string, Partial<DeleteLook>, string[]]>([
    ["a tenant whose users are let in", { suspended: false }, ["suspended"]],
    ["one that is not fenced", { fence: null }, ["suspended", "quiet", "finalizer:objects"]],
    [
      "one that was fenced an hour ago",
      { fence: { since: ago(1), refused: 0 } },
      ["suspended", "quiet", "finalizer:objects"],
    ],
    ["a fence that is a minute short", { fence: { since: ago(71.99), refused: 0 } }, ["suspended"]],
    ["rows that nobody knows the time of", { written: [{ table: "t", rows: 1, lastAt: null }] }, ["quiet"]],
    [
      "rows that were written within the window",
      { written: [{ table: "t", rows: 1, lastAt: ago(2) }] },
      ["quiet"],
    ],
    ["a write that was refused since the census", { fence: { since: ago(80), refused: 3 } }, ["quiet"]],
    [
      "refused writes that nobody knows the time of",
      { fence: { since: ago(80), refused: 3 }, knownRefused: { refused: 3, at: null } },
      ["quiet"],
    ],
    [
      "a write that was refused within the window",
      { fence: { since: ago(80), refused: 3 }, knownRefused: { refused: 3, at: ago(23) } },
      ["quiet"],
    ],
    ["a bundle of another tenant", { bundle: { ...GOOD.bundle!, ofTenant: false } }, ["backup-equal"]],
    ["a bundle that is gone", { bundle: { ...GOOD.bundle!, ready: false } }, ["backup-equal"]],
    [
      "rows that are not the bundle's",
      { differing: [{ where: "t", what: "2 rows are others." }] },
      ["backup-equal"],
    ],
    ["rows that nobody compared", { differing: null }, ["backup-equal"]],
    ["a bundle that was never drilled", { drill: null }, ["backup-drilled"]],
    ["a drill that is too old", { drill: { at: ago(7 * 24 + 1) } }, ["backup-drilled"]],
    [
      "a finalizer that nobody confirmed",
      { manual: [{ ...GOOD.manual[0]!, confirmedAt: null }] },
      ["finalizer:objects"],
    ],
    [
      "one that was confirmed before the fence",
      { manual: [{ ...GOOD.manual[0]!, confirmedAt: ago(81) }] },
      ["finalizer:objects"],
    ],
    ["a hold on the tenant", { holds: [{ on: "tenant", name: "acme", bundleId: null }] }, ["no-hold"]],
    ["a hold on a bundle", { holds: [{ on: "bundle", name: "acme.tar.gz", bundleId: "b2" }] }, ["no-hold"]],
    ["another operation", { others: [{ id: "o1", kind: "drill" }] }, ["no-other-operation"]],
  ])("are closed by %s", (_what, look, codes) => {
    expect(closed(look)).toEqual(codes);
  });

  it("hold where what was tried is long ago, or no window is asked for", () => {
    const tried = { fence: { since: ago(80), refused: 3 }, knownRefused: { refused: 3, at: ago(25) } };
    expect(closed(tried)).toEqual([]);
    expect(closed({ written: [{ table: "t", rows: 1, lastAt: ago(30) }] })).toEqual([]);
    const now = { suspendedHours: 0, quietHours: 0, drillDays: 7 };
    expect(closed({ policy: now, fence: { since: NOW, refused: 2 }, manual: [] })).toEqual([]);
  });

  it("lead to what opens them", () => {
    expect(gate("suspended", { suspended: false }).opens).toMatchObject({ operation: "suspend" });
    expect(
      gate("backup-equal", { differing: [{ where: "t", what: "2 rows are there, 1 is in the bundle." }] })
        .opens,
    ).toMatchObject({
      operation: "export",
    });
    expect(gate("backup-drilled", { drill: null }).opens).toMatchObject({
      operation: "drill",
      bundleId: "b1",
    });
    expect(gate("no-hold", { holds: [{ on: "bundle", name: "x", bundleId: "b2" }] }).opens).toMatchObject({
      page: "bundle",
    });
  });
});
