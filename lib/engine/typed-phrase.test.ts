import { describe, expect, it } from "vitest";
import { groupedCount, phraseFinding } from "./typed-phrase.ts";

const PHRASE = `delete acme and ${groupedCount(1_048_211)} rows`;

describe("a phrase that has to be typed", () => {
  it("groups its count as people read it", () => {
    expect(PHRASE).toBe("delete acme and 1 048 211 rows");
    expect(groupedCount(999)).toBe("999");
  });

  it.each([
    PHRASE,
    "  delete acme and 1 048 211 rows\n",
    "delete  acme and 1048211 rows",
    "delete acme and 1,048,211 rows",
    "delete acme and 1\u202f048\u00a0211 rows",
    "delete acme and 1’048’211 rows",
  ])("is taken as %j", (typed) => {
    expect(phraseFinding(PHRASE, typed)).toBeNull();
  });

  it.each([
    undefined,
    "",
    "delete acme",
    "delete acme and 1 048 212 rows",
    "delete acme and 10 48 211 rows",
    "Delete acme and 1048211 rows",
    "delete acme2 and 1 048 211 rows",
  ])("is not %j", (typed) => {
    expect(phraseFinding(PHRASE, typed)).toMatchObject({ code: "phrase-differs", where: "phrase" });
  });

  it("is asked of nobody where there is none", () => {
    expect(phraseFinding(null, undefined)).toBeNull();
  });
});
