import { describe, expect, it } from "vitest";
import type { DeleteLook } from "./delete-look.ts";
import { deleteGates } from "./gates.ts";

const HOUR = 3_600_000;

/** Hours that the platform's clock is ahead of the records': nothing may depend on it. */
describe.each([0, 30, -30])("the gates of a delete, the one clock %s hours ahead", (skew) => {
  const NOW = new Date("2026-06-10T12:00:00Z");
  const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR);
  /** As the platform's database dates it. */
  const there = (hours: number) => new Date(NOW.getTime() + (skew - hours) * HOUR);
  const fenced = (hours: number, refused = 0) => ({ since: there(hours), readAt: there(0), refused });

  /** Everything holds. */
  const GOOD: DeleteLook = {
    now: NOW,
    policy: { suspendedHours: 72, quietHours: 24, drillDays: 7 },
    suspended: true,
    fence: fenced(80),
    knownRefused: { refused: 0, at: null },
    written: [],
    bundle: { id: "b1", name: "acme.tar.gz", ofTenant: true, ready: true, takenAt: ago(70) },
    differing: [],
    drill: { at: ago(24) },
    manual: [
      { name: "objects", description: "Files in the bucket.", confirmedAt: ago(2), behind: there(80) },
    ],
    holds: [],
    others: [],
  };

  const closed = (look: Partial<DeleteLook>) =>
    deleteGates({ ...GOOD, ...look })
      .filter(({ holds }) => !holds)
      .map(({ code }) => code);
  const gate = (code: string, look: Partial<DeleteLook>) =>
    deleteGates({ ...GOOD, ...look }).find((each) => each.code === code)!;

  it("all hold where everything was seen to, and each says what was looked at", () => {
    expect(closed({})).toEqual([]);
    for (const { detail } of deleteGates(GOOD)) expect(detail).not.toBe("");
  });

  it.each<[string, Partial<DeleteLook>, string[]]>([
    ["a tenant whose users are let in", { suspended: false }, ["suspended"]],
    ["one that is not fenced", { fence: null }, ["suspended", "quiet", "finalizer:objects"]],
    ["one that was fenced an hour ago", { fence: fenced(1) }, ["suspended", "quiet", "finalizer:objects"]],
    [
      "a fence that is a minute short",
      { fence: fenced(71.99), manual: [{ ...GOOD.manual[0]!, behind: there(71.99) }] },
      ["suspended"],
    ],
    ["rows that nobody knows the time of", { written: [{ table: "t", rows: 1, lastAt: null }] }, ["quiet"]],
    [
      "rows that were written within the window",
      { written: [{ table: "t", rows: 1, lastAt: there(2) }] },
      ["quiet"],
    ],
    ["a write that was refused since the census", { fence: fenced(80, 3) }, ["quiet"]],
    [
      "refused writes that nobody knows the time of",
      { fence: fenced(80, 3), knownRefused: { refused: 3, at: null } },
      ["quiet"],
    ],
    [
      "a write that was refused within the window",
      { fence: fenced(80, 3), knownRefused: { refused: 3, at: there(23) } },
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
      "one that was confirmed behind an earlier fence",
      { manual: [{ ...GOOD.manual[0]!, behind: there(81) }] },
      ["finalizer:objects"],
    ],
    [
      "one of which nobody has kept behind which fence it was confirmed",
      { manual: [{ ...GOOD.manual[0]!, behind: null }] },
      ["finalizer:objects"],
    ],
    ["a hold on the tenant", { holds: [{ on: "tenant", name: "acme", bundleId: null }] }, ["no-hold"]],
    ["a hold on a bundle", { holds: [{ on: "bundle", name: "acme.tar.gz", bundleId: "b2" }] }, ["no-hold"]],
    ["another operation", { others: [{ id: "o1", kind: "drill" }] }, ["no-other-operation"]],
  ])("are closed by %s", (_what, look, codes) => {
    expect(closed(look)).toEqual(codes);
  });

  it("hold where what was tried is long ago, or no window is asked for", () => {
    const tried = { fence: fenced(80, 3), knownRefused: { refused: 3, at: there(25) } };
    expect(closed(tried)).toEqual([]);
    expect(closed({ written: [{ table: "t", rows: 1, lastAt: there(30) }] })).toEqual([]);
    const now = { suspendedHours: 0, quietHours: 0, drillDays: 7 };
    expect(closed({ policy: now, fence: fenced(0, 2), manual: [] })).toEqual([]);
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
