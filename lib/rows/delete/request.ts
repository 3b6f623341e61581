/** What a delete is asked to do, and what people have answered to its plan. Pure. */
import { z } from "zod";
import type { PlatformFile } from "../../tenancy/platform-file.ts";

/** What a trigger of the platform's own writes when rows are deleted, besides the rows themselves. */
const triggerWrite = z.strictObject({
  /** Qualified name. */
  table: z.string().min(1),
  writes: z.enum(["insert", "update", "delete"]),
});

export type TriggerWrite = z.infer<typeof triggerWrite>;

/** What becomes of rows that stay and point at rows that go. */
const pointerAnswer = z.enum(["null", "leave"]);

export type PointerAnswer = z.infer<typeof pointerAnswer>;

export const deleteAnswersSchema = z.strictObject({
  /**
   * By a pointer's id (pointers-in.ts). `null`: the column is set to NULL first. `leave`: a reference that no constraint
   * vouches for stays as it is, and names nobody from then on.
   */
  pointers: z.record(z.string(), pointerAnswer).default({}),
  /** By `table (trigger)`: what it writes besides; an empty list where it writes nothing. */
  triggers: z.record(z.string(), z.array(triggerWrite)).default({}),
});

export type DeleteAnswers = z.infer<typeof deleteAnswersSchema>;

export const NO_ANSWERS: DeleteAnswers = { pointers: {}, triggers: {} };

export interface DeleteRequest {
  readonly platform: PlatformFile;
  /** The key alone: another tenant's slug that reads like it is not meant. */
  readonly tenantKey: string;
  readonly answers: DeleteAnswers;
  /** `plans`: the role only reads; whether the other one may delete is judged when it does. */
  readonly role?: "writes" | "plans";
}
