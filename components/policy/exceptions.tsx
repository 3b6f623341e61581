"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { endExceptionAction } from "../../app/(console)/settings/policies/actions.ts";
import type { ExceptionView } from "../../lib/queries/policy-exceptions.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Status } from "../ui/status.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { Age } from "../ui/time.tsx";
import { exceptionInWords } from "./exception.model.ts";

export interface ExceptionsProps {
  readonly exceptions: readonly ExceptionView[];
  readonly mayEnd: boolean;
}

/** Exceptions, in force and past: from what, for whom, why, who answers for it, until when. */
export function Exceptions({ exceptions, mayEnd }: ExceptionsProps) {
  const [state, action] = useActionState(endExceptionAction, NOTHING_DONE);
  return (
    <>
      <SettingsOutcome state={state} />
      <ul className="divide-y divide-line">
        {exceptions.map((exception) => (
          <li key={exception.id} className="flex flex-col gap-1 px-3 py-2">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium">{exceptionInWords(exception)}</span>
              <Standing exception={exception} />
            </p>
            <p className="break-words">“{exception.reason}”</p>
            <p className="text-ink-soft">
              {exception.owner} answers for it; granted by {exception.grantedBy}{" "}
              <Age at={exception.createdAt} />
            </p>
            {mayEnd && exception.inForce && (
              <form action={action}>
                <input type="hidden" name="exceptionId" value={exception.id} />
                <SubmitButton variant="secondary" size="sm">
                  End it now
                  <span className="sr-only">: {exceptionInWords(exception)}</span>
                </SubmitButton>
              </form>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Standing({ exception: { inForce, endedAt, expiresAt } }: { readonly exception: ExceptionView }) {
  if (inForce)
    return (
      <Status tone="warn">
        ends <Age at={expiresAt} />
      </Status>
    );
  return (
    <Status tone="idle">
      {endedAt === null ? "ran out" : "ended"} <Age at={endedAt ?? expiresAt} />
    </Status>
  );
}
