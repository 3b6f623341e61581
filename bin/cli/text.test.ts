import { expect, it } from "vitest";
import type { Finding } from "../../lib/findings/finding.ts";
import { shellWord, takeArguments } from "./arguments.ts";
import { findingsInBrief, findingsInFull, sentence, severities } from "./findings.ts";
import { cutTo, displayWidth, plainText, wrap } from "./plain-text.ts";
import { progressLine } from "./progress.ts";
import { bytes, count, duration, plural, some } from "./quantities.ts";
import { withoutAddresses } from "./scrub.ts";
import { styleOf } from "./style.ts";
import { facts, table } from "./table.ts";

const style = styleOf({});

it("writes numbers with thin spaces, binary units and times in parts", () => {
  expect([0, 999, 1000, 1234567].map(count)).toEqual(["0", "999", "1\u2009000", "1\u2009234\u2009567"]);
  expect([0, 1023, 1024, 1_468_006, 1024 ** 2 - 1, 5 * 1024 ** 4].map(bytes)).toEqual([
    ...["0 bytes", "1\u2009023 bytes", "1.0 KiB", "1.4 MiB", "1.0 MiB", "5.0 TiB"],
  ]);
  expect([40, 2_340, 59_960, 192_000, 7_500_000].map(duration)).toEqual([
    ...["40 ms", "2.3 s", "1 m 0 s", "3 m 12 s", "2 h 5 m"],
  ]);
  expect([plural(1, "row"), plural(2, "row"), plural(2, "entry", "entries")]).toEqual([
    ...["1 row", "2 rows", "2 entries"],
  ]);
  expect(some(["a", "b", "c", "d"])).toBe("a, b, c, d");
  expect(some(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
});

it("knows how wide a name is, cuts it at a letter, and lets nothing command the terminal", () => {
  expect(["abc", "港運", "é", "e\u0301", "🚢"].map(displayWidth)).toEqual([3, 4, 1, 1, 2]);
  expect(cutTo("harbour", 7)).toBe("harbour");
  expect(cutTo("harbours", 7)).toBe("harbou…");
  expect(cutTo("港運港運", 5)).toBe("港運…");
  expect(plainText("a\u001b[31mb\u0007\u202ec\nd\u009be")).toBe("a?[31mb??c\nd?e");
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("unbreakable x", 4)).toEqual(["unbreakable", "x"]);
});

it("aligns columns, numbers to the right, and cuts only the last one on a narrow terminal", () => {
  const columns = [{ title: "rows", align: "right" as const }, { title: "table" }];
  const rows = [
    ["5", "港"],
    ["12345", "public.a_long_name"],
  ];
  expect(table(columns, rows, style)).toEqual([" rows  table", "    5  港", "12345  public.a_long_name"]);
  const narrow = table(columns, rows, { ...style, tableWidth: 17 });
  expect(narrow[2]).toBe("12345  public.a_…");
  expect(facts([["a", "b c"]], { ...style, width: 60 })).toEqual(["  a  b c"]);
});

it("colours only on a terminal, and never with NO_COLOR", () => {
  expect(styleOf({ isTTY: true }, {}).red("x")).toBe("\u001b[31mx\u001b[0m");
  expect(styleOf({ isTTY: true }, { NO_COLOR: "1" }).red("x")).toBe("x");
  expect(styleOf({ isTTY: false }, {}).red("x")).toBe("x");
  expect(styleOf({ isTTY: true, columns: 60 }, {})).toMatchObject({ width: 60, tableWidth: 60 });
});

it("prints findings by severity with what to do, and in brief only what hinders", () => {
  const finding = (severity: Finding["severity"], where: string, todo?: string): Finding => ({
    ...{ code: `code-${severity}`, severity, where, what: "something is the matter" },
    ...(todo === undefined ? {} : { todo }),
  });
  const findings = [
    finding("notes", "a"),
    finding("warns", "b"),
    finding("warns", "c"),
    finding("blocks", "d", "Add `d: global`"),
  ];
  expect(findingsInFull(findings, style)).toEqual([
    ...["Blocks (1)", "  d  code-blocks", "      Something is the matter.", "    → Add `d: global`", ""],
    ...["Warns (2)", "  b  code-warns", "      Something is the matter."],
    ...["  c  code-warns", "      Something is the matter.", ""],
    ...["Notes (1)", "  a  code-notes", "      Something is the matter."],
  ]);
  expect(findingsInBrief(findings, style)).toEqual([
    ...["Blocks (1)", "  d  code-blocks", "      Something is the matter.", "    → Add `d: global`"],
    "Warning: code-warns (2): b, c.",
  ]);
  const many = ["a", "b", "c", "d", "e", "f"].map((where) => finding("blocks", where));
  expect(findingsInFull(many, style, 1)).toEqual([
    ...["Blocks (6)", "  a  code-blocks", "      Something is the matter."],
    "  and 5 more of code-blocks: b, c, d and 2 more (all with --json)",
  ]);
  expect(severities(findings)).toBe("1 that blocks, 2 warnings, 1 note");
  expect(severities([])).toBe("no findings");
  expect(["the end", "GRANT x;", "columns: { a }", "`x`"].map(sentence)).toEqual([
    ...["The end.", "GRANT x;", "columns: { a }.", "`x`"],
  ]);
});

it("shows how far a run is, with a share only where the whole is known and not exceeded", () => {
  const progress = { phase: "loading", table: "public.a", rows: 5_000, bytes: 2_048, totalRows: 20_000 };
  expect(progressLine(progress, 1_500)).toBe("loading public.a  5\u2009000 of 20\u2009000 rows  25 %  1.5 s");
  expect(progressLine({ ...progress, totalRows: 4_000 }, 1_500)).toBe(
    "loading public.a  5\u2009000 rows  2.0 KiB  1.5 s",
  );
  expect(progressLine({ ...progress, table: null, rows: 0, totalRows: null }, 10)).toBe(
    "loading  2.0 KiB  10 ms",
  );
});

it("writes words as a shell reads them, takes its arguments once, and shows no address", () => {
  expect(["a.tar.gz", "#a", "it's"].map(shellWord)).toEqual(["a.tar.gz", "'#a'", `'it'\\''s'`]);
  const env: Record<string, string | undefined> = {
    TENANTRY_ARGUMENTS: '["a"]',
    TENANTRY_CALLED_AS: "bin/tenantry",
  };
  expect(takeArguments({ env, argv: ["node", "x"] })).toEqual({ args: ["a"], calledAs: "bin/tenantry" });
  expect(env).toEqual({});
  expect(withoutAddresses("at postgresql://u:p@h/d?x=1 now")).toBe("at postgres://… now");
});
