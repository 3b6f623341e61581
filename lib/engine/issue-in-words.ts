/** What zod says of a number, as people say it. Pure. */
import type { z } from "zod";

export function issueInWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return issue.inclusive === false
        ? `It is more than ${issue.minimum}.`
        : `It is at least ${issue.minimum}.`;
    case "too_big":
      return `It is at most ${issue.maximum}.`;
    case "invalid_type":
      return issue.expected === "int" ? "It is a whole number." : "It is a number.";
    default:
      return issue.message;
  }
}
