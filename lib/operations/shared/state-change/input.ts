import { z } from "zod";
import { tenantKey } from "../inputs.ts";

/** What suspend and resume are asked for. */
export const stateChangeInput = z.strictObject({ tenantKey });

export type StateChangeInput = z.output<typeof stateChangeInput>;
