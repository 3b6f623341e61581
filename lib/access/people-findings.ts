/** What changing people and accounts may be refused with. */
import type { Finding } from "../findings/finding.ts";

export interface Refused {
  readonly ok: false;
  readonly findings: readonly Finding[];
}

export function refused(finding: Finding): Refused {
  return { ok: false, findings: [finding] };
}

const blocks = (code: string, where: string, what: string, todo: string): Finding => ({
  code,
  severity: "blocks",
  where,
  what,
  todo,
});

export const notAllowed = () =>
  blocks("not-allowed", "people", "You may not manage people.", "Ask somebody who is an admin.");

export const ownAccount = (what: string) =>
  blocks("own-account", "people", what, "Ask another admin to do it.");

export const lastAdmin = () =>
  blocks(
    "last-admin",
    "people",
    "Nobody else who can sign in is an admin.",
    "Make another person an admin first.",
  );

export const noSuchPerson = () =>
  blocks("person-unknown", "people", "There is no such person.", "Load the list again.");

export const emailTaken = () =>
  blocks(
    "email-taken",
    "e-mail",
    "A person with this e-mail is already there.",
    "Give that person the role.",
  );

export const unknownRole = () =>
  blocks("role-unknown", "role", "There is no such role.", "Choose one of the list.");

export const invalidPerson = (field: "e-mail" | "name") =>
  field === "e-mail"
    ? blocks("email-invalid", "e-mail", "This is no e-mail address.", "Write it as name@example.com.")
    : blocks(
        "name-invalid",
        "name",
        "A person needs a name of 1 to 100 characters.",
        "Write it as others know it.",
      );
