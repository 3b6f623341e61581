"use client";
import { useActionState } from "react";
import { Field } from "../../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../../components/ui/form-status.tsx";
import { Input } from "../../../../../components/ui/input.tsx";
import { SubmitButton } from "../../../../../components/ui/submit-button.tsx";
import { UNTOUCHED } from "../../../operations/form-state.ts";
import { downloadAction } from "../../actions.ts";

export interface DownloadFormProps {
  readonly bundleId: string;
  /** For which the link will hold. */
  readonly minutes: number;
}

/** Asks for a link, with the reason that is kept beside the download. */
export function DownloadForm({ bundleId, minutes }: DownloadFormProps) {
  const [state, action] = useActionState(downloadAction, UNTOUCHED);
  return (
    <form action={action} className="flex max-w-2xl flex-col gap-2">
      <input type="hidden" name="bundleId" value={bundleId} />
      <Field
        name="reason"
        label="Why you fetch it"
        hint={`Kept with the download and in the audit trail, under your name. The link holds for ${minutes} minutes.`}
        required
      >
        {(control) => (
          <Input {...control} maxLength={500} defaultValue={state.values.reason} autoComplete="off" />
        )}
      </Field>
      <FormStatus findings={state.findings} />
      <div>
        <SubmitButton>Make a link</SubmitButton>
      </div>
    </form>
  );
}
