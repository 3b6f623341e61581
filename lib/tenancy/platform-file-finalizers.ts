/** The entries under `finalizers` of the platform file: what a delete leaves outside the database, and who sees to it. */
import { z } from "zod";

/** What is to be done with a tenant's traces elsewhere. */
export type Finalizer =
  | { readonly name: string; readonly kind: "manual"; readonly description: string }
  | {
      readonly name: string;
      readonly kind: "webhook";
      readonly description: string;
      /** A webhook of the console's settings, by its name there: address and secret are no business of the file. */
      readonly webhook: string;
    };

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,59}$/,
    "is short and of lower-case letters, digits, - and _: objects, search-index",
  );

export const finalizerEntry = z
  .strictObject({
    name,
    kind: z.enum(["manual", "webhook"], "is manual or webhook"),
    webhook: z.string().trim().min(1).max(100).optional(),
    description: z.string().trim().min(1, "says what lies there").max(500),
  })
  .refine(({ kind, webhook }) => kind === "webhook" || webhook === undefined, {
    message: "names a webhook and is manual: a person sees to it, or a webhook",
  })
  .transform(
    ({ name, kind, webhook, description }): Finalizer =>
      kind === "manual" ? { name, kind, description } : { name, kind, webhook: webhook ?? name, description },
  );
