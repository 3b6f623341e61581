import type { Finding } from "../../lib/findings/finding.ts";

/** What an action answers to a post that no form of its page has sent. */
export function unreadable(): Finding {
  return {
    code: "form-unreadable",
    severity: "blocks",
    where: "form",
    what: "The form did not hold what it should.",
    todo: "Load the page again, then use its form.",
  };
}
