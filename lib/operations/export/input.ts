import { z } from "zod";
import { tenantKey } from "../shared/inputs.ts";

/** What an export is asked for. */
export const exportInput = z.strictObject({
  tenantKey,
  /** After so many days the file is removed; kept until somebody removes it when left out. */
  expiresInDays: z.preprocess(
    (value) => (value === "" || value === null ? undefined : value),
    z.coerce.number().int().min(1).max(3650).optional(),
  ),
});

export type ExportInput = z.output<typeof exportInput>;
