import { z } from "zod";
import { tenantKey } from "../inputs.ts";

/** What suspend and resume are asked for. */
export const stateChangeInput = z.strictObject({ tenantKey });

/** A suspend can have the database refuse the tenant's writes, too. */
export const suspendInput = z.strictObject({
  tenantKey,
  fence: z.preprocess((value) => value === true || value === "on" || value === "true", z.boolean()),
});

export type SuspendInput = z.output<typeof suspendInput>;

export type StateChangeInput = z.output<typeof stateChangeInput>;
