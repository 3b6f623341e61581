"use client";
import { useActionState } from "react";
import { FormStatus } from "../../../../components/ui/form-status.tsx";
import { SubmitButton } from "../../../../components/ui/submit-button.tsx";
import { operationAction } from "../actions.ts";
import { UNTOUCHED } from "../form-state.ts";

export interface ActButtonProps {
  readonly operationId: string;
  readonly act: string;
  readonly label: string;
  /** What it does, in a sentence. */
  readonly means: string;
  readonly primary: boolean;
  /** Of the plan that is shown, for acts that are about it. */
  readonly digest?: string;
}

/** An act that can be taken back or asks nothing: one button. The server says whether it could be done. */
export function ActButton({ operationId, act, label, means, primary, digest }: ActButtonProps) {
  const [state, action] = useActionState(operationAction, UNTOUCHED);
  return (
    <form action={action} className="flex flex-col gap-2">
      <input type="hidden" name="operationId" value={operationId} />
      {digest !== undefined && <input type="hidden" name="digest" value={digest} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <SubmitButton name="act" value={act} variant={primary ? "primary" : "secondary"}>
          {label}
        </SubmitButton>
        <span className="min-w-0 flex-1 text-ink-soft">{means}</span>
      </div>
      <FormStatus findings={state.findings} />
    </form>
  );
}
