import { z } from "zod";

/** Which bundle. The operation's database is where the schema is read. */
export const drillInput = z.strictObject({ bundleId: z.uuid("Name the bundle.") });

export type DrillInput = z.output<typeof drillInput>;
