import { describe, expect, it } from "vitest";
import { lineCounts, lineDiff } from "./line-diff.model.ts";

const text = (...lines: string[]) => `${lines.join("\n")}\n`;
const TEN = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const shown = (before: string, after: string) =>
  lineDiff(before, after).map((line) =>
    line.kind === "fold"
      ? `(${line.lines})`
      : `${{ same: " ", added: "+", removed: "-" }[line.sign]}${line.value}`,
  );

describe("two texts line by line", () => {
  it("are folded where they are the same", () => {
    const after = [...TEN.slice(0, 5), "five", ...TEN.slice(6)];
    expect(shown(text(...TEN), text(...after))).toEqual([
      "(2)",
      " 2",
      " 3",
      " 4",
      "-5",
      "+five",
      " 6",
      " 7",
      " 8",
      "(1)",
    ]);
    expect(lineCounts(text(...TEN), text(...after))).toEqual({ added: 1, removed: 1 });
  });

  it("are nothing where they are equal, and all of it where one is empty", () => {
    expect(shown(text("a"), text("a"))).toEqual([]);
    expect(shown("", text("a", "b"))).toEqual(["+a", "+b"]);
    expect(shown(text("a"), "")).toEqual(["-a"]);
  });
});
