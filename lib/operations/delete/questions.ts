/** What a delete's plan cannot know: what becomes of rows that point in, and what the platform's triggers write. Pure. */
import type { PlanQuestion } from "../../engine/plan.ts";
import type { DeletePlan } from "../../rows/delete/plan.ts";

/** Names of the form's fields: `pointer:…`, `trigger:…`. */
export const POINTER_FIELD = "pointer:";
export const TRIGGER_FIELD = "trigger:";

export function deleteQuestions({
  pointers,
  triggers,
}: Pick<DeletePlan, "pointers" | "triggers">): PlanQuestion[] {
  return [
    ...pointers.flatMap(({ id, from, to, rows, foreignKey, nullable, answer }): PlanQuestion[] => {
      const choices = [
        ...(nullable ? [{ value: "null", label: "They become NULL" }] : []),
        ...(foreignKey === null ? [{ value: "leave", label: "They stay, and name nobody" }] : []),
      ];
      if (choices.length === 0) return [];
      return [
        {
          field: `${POINTER_FIELD}${id}`,
          title: `${rows} rows of ${from.table} that stay name rows of ${to.table} that go`,
          hint: `By ${from.columns.join(", ")}. What they were is kept, and set back by a restore.`,
          choices,
          answer,
        },
      ];
    }),
    ...triggers.map(
      ({ where, function: called, declared }): PlanQuestion => ({
        field: `${TRIGGER_FIELD}${where}`,
        title: `What does ${where} write?`,
        hint: `It fires for rows that go, and calls ${called}. Say \`nothing\`, or what it writes besides: \`insert public.audit_log, update public.counters\`. Each batch is held to it.`,
        choices: null,
        answer:
          declared === null
            ? null
            : declared.length === 0
              ? "nothing"
              : declared.map(({ writes, table }) => `${writes} ${table}`).join(", "),
      }),
    ),
  ];
}
