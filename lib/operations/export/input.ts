import { z } from "zod";
import { MOST_RECIPIENTS, RECIPIENT } from "../../bundle/encryption/keys.ts";
import { tenantKey } from "../shared/inputs.ts";

/** The platform is one of them. */
const MOST_OTHERS = MOST_RECIPIENTS - 1;

/** What an export is asked for. */
export const exportInput = z.strictObject({
  tenantKey,
  /** After so many days the file is removed; kept until somebody removes it when left out. */
  expiresInDays: z.preprocess(
    (value) => (value === "" || value === null ? undefined : value),
    z.coerce.number().int().min(1).max(3650).optional(),
  ),
  /** Whether the file opens with this platform's key alone, which the console has. */
  encrypted: z.preprocess((value) => value === true || value === "on" || value === "true", z.boolean()),
  /** age recipients of others who may open it: then it is encrypted, and the platform is one of them. */
  recipients: z.preprocess(
    (value) =>
      typeof value === "string" ? value.split(/[\s,]+/).filter((part) => part !== "") : (value ?? []),
    z
      .array(z.string())
      .refine(
        (given) => given.every((recipient) => RECIPIENT.test(recipient)),
        "Each is an age public key, age1 and 58 more characters, one a line; no other kind is taken.",
      )
      .refine((given) => given.length <= MOST_OTHERS, `A bundle is for ${MOST_OTHERS} others at most.`)
      .transform((given) => [...new Set(given)].sort()),
  ),
});

export type ExportInput = z.output<typeof exportInput>;
