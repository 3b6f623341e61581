import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  elideMiddle,
  formatBytes,
  formatCount,
  formatDuration,
  formatNoun,
  formatRows,
  formatShare,
} from "./quantities.ts";

/** Spaces that do not break, written as plain ones. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("quantities", () => {
  it("sets thin spaces between thousands, and nothing that breaks a line", () => {
    expect([0, 999, 1000, 48211, 1234567, -1234].map(formatCount).map(plain)).toEqual([
      "0",
      "999",
      "1 000",
      "48 211",
      "1 234 567",
      "−1 234",
    ]);
    expect(formatCount(48211)).not.toContain(" ");
  });

  it("names one and many", () => {
    expect([0, 1, 2].map(formatRows).map(plain)).toEqual(["0 rows", "1 row", "2 rows"]);
    expect(plain(formatNoun(31, "table", "tables"))).toBe("31 tables");
  });

  it("writes bytes in binary units with three digits", () => {
    expect([0, 1, 1023, 1024, 13002342, 1024 ** 3, 150 * 1024 ** 3].map(formatBytes).map(plain)).toEqual([
      "0 B",
      "1 B",
      "1023 B",
      "1.00 KiB",
      "12.4 MiB",
      "1.00 GiB",
      "150 GiB",
    ]);
    // Just below the next unit: never "1024 KiB", which is a MiB.
    expect(plain(formatBytes(1024 ** 2 - 1))).toBe("1.00 MiB");
  });

  it("writes a duration in its two largest units", () => {
    expect([0, 0.4, 1, 59.6, 192, 3599.7, 3600, 18720, 90000, 86400].map(formatDuration).map(plain)).toEqual([
      "0 s",
      "0.4 s",
      "1 s",
      "1 m",
      "3 m 12 s",
      "1 h",
      "1 h",
      "5 h 12 m",
      "1 d 1 h",
      "1 d",
    ]);
  });

  it("never rounds a share to nothing or to all", () => {
    expect(
      [formatShare(0, 10), formatShare(1, 1000), formatShare(999, 1000), formatShare(10, 10)].map(plain),
    ).toEqual(["0 %", "<1 %", ">99 %", "100 %"]);
    expect(plain(formatShare(3, 0))).toBe("0 %");
  });

  it("says something short of any number", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e18, noNaN: true }), (value) => {
        expect(formatBytes(value)).toMatch(/^\d[\d.]*\u00a0([KMGTP]i)?B$/);
        expect(formatDuration(value)).toMatch(/\d\u00a0[dhms]$/);
        expect(formatDuration(value)).not.toMatch(/\b60\u00a0[ms]|\b24\u00a0h/);
      }),
    );
  });

  it("elides the middle of what is longer than its place", () => {
    expect(elideMiddle("9f2c41aa00e1b0")).toBe("9f2c41…e1b0");
    expect(elideMiddle("12345678901")).toBe("12345678901");
  });
});
