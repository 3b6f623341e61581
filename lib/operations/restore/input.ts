import { z } from "zod";
import { tenantKey } from "../shared/inputs.ts";

/** Whom to bring back. */
export const restoreInput = z.strictObject({
  tenantKey,
  /** Left out: the bundle that it was deleted with. Another one is for a schema that has moved on: that bundle, upgraded. */
  bundleId: z.preprocess(
    (value) => (value === "" ? undefined : value),
    z.uuid("Name the bundle.").optional(),
  ),
});

export type RestoreInput = z.output<typeof restoreInput>;
