import { z } from "zod";
import { optionalText } from "../shared/inputs.ts";

/** Domains as a list, or as a form's text with one a line or commas between. */
const domains = z
  .preprocess(
    (value) => (typeof value === "string" ? value.split(/[\s,]+/) : value),
    z.array(z.string().trim().toLowerCase().max(253)).default([]),
  )
  .transform((list) => [...new Set(list.filter((domain) => domain !== ""))]);

/** What a new tenant is called. */
export const createInput = z.strictObject({
  slug: z
    .string()
    .trim()
    .regex(
      /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
      "A slug is made of letters, digits, dots and hyphens.",
    )
    .max(100),
  name: z.string().trim().min(1, "Name the tenant.").max(200),
  domains,
  /** For a tenant key that people choose. */
  key: optionalText(500),
});

export type CreateInput = z.output<typeof createInput>;
