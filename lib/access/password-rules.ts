/** Which passwords people may choose: long ones. Rules about kinds of characters make them worse (NIST SP 800-63B). */
import type { Finding } from "../findings/finding.ts";

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

/** Why a new password will not do, or nothing. */
export function checkNewPassword(password: string, person: { readonly email: string }): Finding[] {
  if (password.length < PASSWORD_MIN) return [unfit(`It is shorter than ${PASSWORD_MIN} characters.`)];
  if (password.length > PASSWORD_MAX) return [unfit(`It is longer than ${PASSWORD_MAX} characters.`)];
  if (new Set(password).size < 5) return [unfit("It repeats the same few characters.")];
  const local = person.email.split("@")[0]!;
  if (local.length > 3 && password.toLowerCase().includes(local))
    return [unfit("It holds your e-mail address.")];
  return [];
}

function unfit(what: string): Finding {
  return {
    code: "password-unfit",
    severity: "blocks",
    where: "new password",
    what,
    todo: "Choose another: four or five unrelated words do well.",
  };
}
