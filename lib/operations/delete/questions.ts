/** What a delete's plan cannot know: what becomes of rows that point in, and what the platform's triggers write. Pure. */
import type { PlanQuestion } from "../../engine/plan.ts";
import type { Finding } from "../../findings/finding.ts";
import type { DeletePlan } from "../../rows/delete/plan.ts";
import type { DeleteAnswers } from "../../rows/delete/request.ts";
import { questionField } from "./question-fields.ts";

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
          field: questionField({ kind: "pointer", about: id }),
          title: `${rows} rows of ${from.table} that stay name rows of ${to.table} that go`,
          hint: `By ${from.columns.join(", ")}. What they were is kept, and set back by a restore.`,
          choices,
          answer,
        },
      ];
    }),
    ...triggers.map(
      ({ where, function: called, declared }): PlanQuestion => ({
        field: questionField({ kind: "trigger", about: where }),
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

/**
 * Answers to what the plan does not ask: a page that is older than the platform's tables or rows, or a request that no
 * page has made. Whoever approves would read an answer that nothing goes by.
 */
export function unaskedAnswers(
  { pointers, triggers }: Pick<DeletePlan, "pointers" | "triggers">,
  answers: DeleteAnswers,
): Finding[] {
  const asked = {
    pointers: new Set(pointers.map(({ id }) => id)),
    triggers: new Set(triggers.map(({ where }) => where)),
  };
  return (["pointers", "triggers"] as const).flatMap((kind) =>
    Object.keys(answers[kind])
      .filter((about) => !asked[kind].has(about))
      .map(
        (about): Finding => ({
          code: "answer-unasked",
          severity: "blocks",
          where: `${kind}.${about}`,
          what:
            kind === "pointers"
              ? "There is an answer to what becomes of rows that point in by it, and none does."
              : "There is an answer to what it writes when rows go, and no such trigger fires.",
          todo: "Look at the plan again: the form then has the questions that it asks, and no others.",
        }),
      ),
  );
}
