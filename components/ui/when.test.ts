import { describe, expect, it } from "vitest";
import { formatAge, formatMoment, formatUtc, isZone } from "./when.ts";

const AT = new Date("2026-03-04T23:05:07.500Z");
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("moments", () => {
  it("are written in the person's zone, also over midnight", () => {
    expect(formatMoment(AT, "UTC")).toBe("2026-03-04 23:05");
    expect(formatMoment(AT, "Europe/Berlin", "second")).toBe("2026-03-05 00:05:07");
    expect(formatMoment(AT, "America/Los_Angeles", "day")).toBe("2026-03-04");
  });

  it("are written in UTC for who hovers", () => {
    expect(formatUtc(AT)).toBe("2026-03-04 23:05:07 UTC");
  });

  it("know a zone from a text that a cookie brought", () => {
    expect(isZone("Asia/Kolkata")).toBe(true);
    expect(isZone("<script>")).toBe(false);
    expect(isZone("")).toBe(false);
  });

  it("say how long ago they were, or when they will be, without jumping each second", () => {
    const later = (seconds: number) => plain(formatAge(AT, AT.getTime() + seconds * 1000));
    expect([3, 42, 192, 18_750, 90_000, 400_000].map(later)).toEqual([
      "just now",
      "42 s ago",
      "3 m ago",
      "5 h 12 m ago",
      "1 d 1 h ago",
      "4 d ago",
    ]);
    expect(later(-18_720)).toBe("in 5 h 12 m");
  });
});
