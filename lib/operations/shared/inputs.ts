/** The parts that inputs of operations share. Forms send text: what is empty is left out. */
import { z } from "zod";

/** A tenant by its key's text, as the census lists it. */
export const tenantKey = z.string().trim().min(1, "Name the tenant.").max(500);

/** Text that may be left empty. */
export const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .optional()
    .transform((text) => (text === undefined || text === "" ? undefined : text));
