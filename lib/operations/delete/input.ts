import { z } from "zod";
import { type DeleteAnswers, deleteAnswersSchema } from "../../rows/delete/request.ts";
import { tenantKey } from "../shared/inputs.ts";

const VERBS = ["insert", "update", "delete"] as const;

/** `nothing`, or what a trigger writes besides: `insert public.audit_log, update public.counters`. Null where it is neither. */
export function triggerWrites(text: string): DeleteAnswers["triggers"][string] | null {
  const plain = text.trim();
  if (plain === "nothing") return [];
  const writes = plain.split(",").map((part) => {
    const [verb, table, ...more] = part.trim().split(/\s+/);
    const writes = VERBS.find((each) => each === verb);
    return writes === undefined || table === undefined || more.length > 0 ? null : { table, writes };
  });
  return writes.includes(null) ? null : (writes as DeleteAnswers["triggers"][string]);
}

const writes = deleteAnswersSchema.shape.triggers.unwrap().valueType;

/** As a form writes it, or as the plan keeps it. */
const triggerAnswer = z.preprocess(
  (value) => (typeof value === "string" ? triggerWrites(value) : value),
  z.array(
    writes.element,
    "Say `nothing`, or what it writes: `insert public.audit_log, update public.counters`.",
  ),
);

/** Answers that a form leaves empty are none. */
const answered = (value: unknown) =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter(([, answer]) => typeof answer !== "string" || answer.trim() !== ""),
      )
    : value;

/** What a delete is asked for: whom, from which bundle it could be brought back, and what a plan cannot know. */
export const deleteInput = z.strictObject({
  tenantKey,
  /** Left out, the plan tells what is missing, and cannot be asked for. */
  bundleId: z.preprocess(
    (value) => (value === "" ? undefined : value),
    z.uuid("Name the bundle.").optional(),
  ),
  pointers: z.preprocess(answered, deleteAnswersSchema.shape.pointers),
  triggers: z.preprocess(answered, z.record(z.string(), triggerAnswer).default({})),
});

export type DeleteInput = z.output<typeof deleteInput>;

export function answersOf({ pointers, triggers }: DeleteInput): DeleteAnswers {
  return { pointers, triggers };
}
