"use client";
import { useActionState } from "react";
import { Field } from "../../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../../components/ui/form-status.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { SubmitButton } from "../../../../../components/ui/submit-button.tsx";
import { UNTOUCHED } from "../../../operations/form-state.ts";
import { revealAction } from "../../actions.ts";

export interface RevealFormProps {
  readonly bundleId: string;
  readonly table: string;
  readonly page: number;
  readonly minutes: number;
}

/** Asks for the personal columns, with the reason that the audit trail keeps. */
export function RevealForm({ bundleId, table, page, minutes }: RevealFormProps) {
  const [state, action] = useActionState(revealAction, UNTOUCHED);
  return (
    <form action={action} className="flex max-w-2xl flex-col gap-2">
      <input type="hidden" name="bundleId" value={bundleId} />
      <input type="hidden" name="table" value={table} />
      <input type="hidden" name="page" value={page} />
      <Field
        name="reason"
        label="Why you need to see personal data"
        hint={`Kept in the audit trail under your name. They are shown to you, and nobody else, for ${minutes} minutes.`}
      >
        {(control) => (
          <Input
            {...control}
            required
            maxLength={500}
            defaultValue={state.values.reason}
            autoComplete="off"
          />
        )}
      </Field>
      <FormStatus findings={state.findings} />
      <div>
        <SubmitButton variant="secondary">Show personal columns</SubmitButton>
      </div>
    </form>
  );
}
