import { z } from "zod";
import { optionalText } from "../shared/inputs.ts";

/** What an import is asked for. Names that are left out stay as they are in the bundle. */
export const importInput = z.strictObject({
  bundleId: z.uuid("Name the bundle."),
  /** `fresh`: a new tenant beside whatever is there. `kept`: the same tenant, restored. */
  ids: z.enum(["fresh", "kept"]).default("fresh"),
  /** Takes a bundle that no trusted key has signed; a permission of its own. A form's box sends "on". */
  acceptSignature: z.preprocess((value) => value === true || value === "on", z.boolean()).default(false),
  newSlug: optionalText(200),
  /** For a tenant key that people choose. */
  newKey: optionalText(500),
  /** Old domain to new; one that is left empty stays. */
  newDomains: z
    .record(z.string(), z.string().trim().max(500))
    .default({})
    .transform((domains) =>
      Object.fromEntries(Object.entries(domains).filter(([old, now]) => now !== "" && now !== old)),
    ),
});

export type ImportInput = z.output<typeof importInput>;
