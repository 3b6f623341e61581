import { describe, expect, test } from "vitest";
import type { MeasuredStatement } from "../facts.ts";
import { LARGE, touchedTables } from "./concerns.ts";
import { type Judgement, judgeFile, worstClass } from "./judge.ts";

const NOTHING: MeasuredStatement = {
  number: 1,
  kind: "ALTER TABLE",
  text: "ALTER TABLE orders …",
  line: 1,
  outcome: "ran",
  sqlState: null,
  outside: false,
  locks: [],
  held: [],
  rewritten: [],
  reindexed: [],
  scanned: [],
  changed: [],
  effects: [],
};

const orders = "public.orders";
const exclusive = { table: orders, mode: "ACCESS EXCLUSIVE" } as const;

function judged(...statements: readonly Partial<MeasuredStatement>[]): Judgement {
  const numbered = statements.map((statement, at) => ({ ...NOTHING, number: at + 1, ...statement }));
  return judgeFile({ statements: numbered }).at(-1)!.judgement!;
}

describe("a statement's classes", () => {
  test("come most severe first, and additive only alone", () => {
    const dropped = { kind: "gone", what: "column", name: "note", on: orders } as const;
    expect(
      judged({ locks: [exclusive], rewritten: [orders], scanned: [orders], effects: [dropped] }).classes,
    ).toEqual(["destructive", "rewrite", "blocking"]);
    expect(judged({ locks: [exclusive] }).classes).toEqual(["additive"]);
    expect(
      worstClass(judgeFile({ statements: [NOTHING, { ...NOTHING, locks: [exclusive], scanned: [orders] }] })),
    ).toBe("blocking");
    expect(worstClass([])).toBeNull();
  });

  test("know a lock that an earlier statement has left standing, and by which", () => {
    const { classes, reasons } = judged({ held: [{ ...exclusive, since: 1 }], scanned: ["public.users"] });
    expect(classes).toEqual(["blocking"]);
    expect(reasons.join()).toContain("Statement 1 still keeps readers and writers of public.orders waiting");
  });

  test("say nothing of a statement that did not run", () => {
    expect(
      judgeFile({ statements: [{ ...NOTHING, outcome: "failed", sqlState: "42P01" }] })[0]!.judgement,
    ).toBeNull();
  });
});

describe("whether it can be undone", () => {
  const update = (columns: readonly string[]) => ({
    kind: "UPDATE",
    changed: [{ table: orders, inserted: 0, updated: 2, deleted: 0, of: 2, columns }],
  });
  const made = {
    kind: "column made",
    table: orders,
    column: "paid",
    type: "boolean",
    notNull: false,
    default: null,
    generated: false,
  } as const;

  test("depends on whether an UPDATE writes over what was there, or fills what the file has made", () => {
    expect(judged({ effects: [made] }, update(["paid"])).reversible.is).toBe("yes");
    expect(judged({ effects: [made] }, update(["paid", "note"])).reversible.is).toBe("no");
    expect(judged(update([])).reversible.is).toBe("no");
  });

  test("is perhaps where a type changes, and no where a column goes", () => {
    const typed = {
      kind: "type changed",
      table: orders,
      column: "amount",
      from: "bigint",
      to: "integer",
    } as const;
    expect(judged({ effects: [typed] }).reversible.is).toBe("perhaps");
    const gone = { kind: "gone", what: "index", name: "public.i", on: orders } as const;
    expect(judged({ effects: [gone] })).toMatchObject({ classes: ["additive"], reversible: { is: "yes" } });
    expect(judged({ effects: [{ ...gone, what: "sequence", on: null }] }).reversible.is).toBe("no");
  });
});

describe("beside a live database", () => {
  const live = (bytes: number) => new Map([["eu-1", new Map([[orders, { bytes, rows: 5 }]])]]);

  test("a table over 1 GiB that somebody waits for is large, one at the limit is not", () => {
    const scan = { ...NOTHING, locks: [exclusive], scanned: [orders] };
    expect(touchedTables(scan, live(LARGE + 1))[0]).toMatchObject({
      table: orders,
      lock: "ACCESS EXCLUSIVE",
      isLarge: true,
    });
    expect(touchedTables(scan, live(LARGE))[0]!.isLarge).toBe(false);
    expect(touchedTables({ ...scan, scanned: [] }, live(LARGE + 1))[0]!.isLarge).toBe(false);
    const gentle = {
      ...NOTHING,
      locks: [{ table: orders, mode: "SHARE UPDATE EXCLUSIVE" as const }],
      scanned: [orders],
    };
    expect(touchedTables(gentle, live(LARGE + 1))[0]!.isLarge).toBe(false);
  });

  test("a table that a database does not have yet has no size there", () => {
    expect(
      touchedTables({ ...NOTHING, locks: [exclusive] }, new Map([["us-1", new Map()]]))[0]!.sizes,
    ).toEqual([]);
  });
});
