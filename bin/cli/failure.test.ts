import { expect, it } from "vitest";
import { Refusal } from "../../lib/findings/finding.ts";
import { EXIT } from "./exit-codes.ts";
import { describeFailure, usage } from "./failure.ts";

const LEFT = "Nothing was imported.";
const refusal = (code: string, cause?: unknown) =>
  new Refusal({ code, severity: "blocks", where: "here", what: "It is so." }, { cause });
const databaseError = (code: string) =>
  Object.assign(new Error("value 4711 of a row"), { code, severity: "FATAL" });

it("tells findings, a wrong call, an interruption and an unknown outcome apart", () => {
  const codeOf = (error: unknown, interrupted = false) => describeFailure(error, interrupted, LEFT).exitCode;
  expect(codeOf(refusal("slug-taken"))).toBe(EXIT.findings);
  expect(codeOf(usage("--out", "Name it."))).toBe(EXIT.usage);
  expect(codeOf(refusal("database-unreachable", databaseError("57P03")))).toBe(EXIT.usage);
  expect(codeOf(refusal("store-full"))).toBe(EXIT.usage);
  expect(codeOf(refusal("slug-taken"), true)).toBe(EXIT.interrupted);
  expect(codeOf(refusal("outcome-unknown"), true)).toBe(EXIT.interrupted);
  expect(codeOf(databaseError("42501"))).toBe(EXIT.findings);
  expect(codeOf(databaseError("57P01"))).toBe(EXIT.interrupted);
  expect(codeOf(refusal("load-failed", databaseError("57P01")))).toBe(EXIT.interrupted);
  expect(codeOf(refusal("load-failed", databaseError("23505")))).toBe(EXIT.findings);
  expect(codeOf(new TypeError("x is undefined"))).toBe(EXIT.interrupted);
});

it("keeps an unknown outcome's own words, also when it was interrupted", () => {
  const { findings } = describeFailure(refusal("outcome-unknown"), true, LEFT);
  expect(findings).toMatchObject([{ code: "outcome-unknown" }]);
});

it("says what is left behind, and quotes neither rows nor documents nor addresses", () => {
  const whatOf = (error: unknown) => describeFailure(error, false, LEFT).findings[0]?.what ?? "";
  expect(whatOf(databaseError("22P02"))).toMatch(/ Nothing was imported\.$/);
  expect(whatOf(databaseError("22P02"))).not.toContain("4711");
  expect(whatOf(new SyntaxError('Unexpected token in {"iban": 4711}'))).not.toContain("4711");
  expect(whatOf(new TypeError("no postgres://u:p@h/d"))).toContain("(TypeError: no postgres://…");
  expect(whatOf("thrown text")).toContain("Nothing was imported.");
});
