import type { FourAnswers } from "../../lib/engine/answers.ts";

const QUESTIONS = [
  ["changed", "What changed"],
  ["uncertain", "What remains uncertain"],
  ["next", "What to do now"],
] as const;

export interface AnswersProps {
  readonly answers: FourAnswers;
  /** Why it was asked for. */
  readonly reason: string | null;
}

/** The four answers that every operation gives, whatever its state. */
export function Answers({ answers, reason }: AnswersProps) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
      <div>
        <dt className="text-ink-soft">What was asked</dt>
        <dd className="font-medium break-words">{answers.asked}.</dd>
        {reason !== null && <dd className="break-words text-ink-soft">“{reason}”</dd>}
      </div>
      {QUESTIONS.map(([name, title]) => (
        <div key={name}>
          <dt className="text-ink-soft">{title}</dt>
          {answers[name].map((line) => (
            <dd key={line} className="break-words">
              {line}
            </dd>
          ))}
        </div>
      ))}
    </dl>
  );
}
