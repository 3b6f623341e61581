import { expect, test } from "vitest";
import { z } from "zod";
import { issueInWords } from "./issue-in-words.ts";

const words = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(issueInWords).join(" ");

test("a number that is too small, too big, not whole or none is said in a sentence", () => {
  expect(words(z.number().min(1), 0)).toBe("It is at least 1.");
  expect(words(z.number().positive(), 0)).toBe("It is more than 0.");
  expect(words(z.number().max(720), 721)).toBe("It is at most 720.");
  expect(words(z.int(), 1.5)).toBe("It is a whole number.");
  expect(words(z.number(), Number.NaN)).toBe("It is a number.");
  expect(words(z.literal("a"), "b")).toContain("expected");
});
