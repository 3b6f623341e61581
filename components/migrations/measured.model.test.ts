import { expect, test } from "vitest";
import type { ReplayView } from "../../lib/queries/measured-migrations.ts";
import { isOpen, quietLocks, replayWords, touchWords } from "./measured.model.ts";

const replay: ReplayView = {
  id: "r",
  state: "running",
  requestedBy: "ada",
  createdAt: new Date(0),
  startedAt: null,
  endedAt: null,
  done: 3,
  of: 31,
  findings: [],
};

test("a measuring says how far it is and is open until it has ended", () => {
  expect(replayWords(replay)).toBe("A worker runs the migrations on a throwaway server: 3 of 31");
  expect(replayWords({ ...replay, of: null })).toBe("A worker starts a throwaway server");
  expect([null, replay, { ...replay, state: "done" as const }].map(isOpen)).toEqual([false, true, false]);
});

test("what happens to a table is its lock and the work that is done behind it", () => {
  const touched = {
    table: "public.a",
    lock: "SHARE" as const,
    rewrites: false,
    scans: true,
    sizes: [],
    isLarge: false,
  };
  expect(touchWords(touched)).toBe("SHARE, reads all of it");
  expect(touchWords({ ...touched, lock: null, scans: false, rewrites: true })).toBe("rewrites it");
});

test("of the locks that keep nobody out those of plain reads are not worth a word", () => {
  const locks = (["ACCESS SHARE", "ROW EXCLUSIVE", "SHARE"] as const).map((mode) => ({ table: mode, mode }));
  expect(quietLocks({ locks }).map(({ mode }) => mode)).toEqual(["ROW EXCLUSIVE"]);
});
