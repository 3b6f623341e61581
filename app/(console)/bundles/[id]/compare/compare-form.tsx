"use client";
import { useActionState } from "react";
import { Field } from "../../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../../components/ui/form-status.tsx";
import { type Choice, Select } from "../../../../../components/ui/select.tsx";
import { SubmitButton } from "../../../../../components/ui/submit-button.tsx";
import { UNTOUCHED } from "../../../operations/form-state.ts";
import { compareAction } from "../../actions.ts";

interface CompareFormProps {
  readonly bundleId: string;
  readonly choices: readonly Choice[];
}

export function CompareForm({ bundleId, choices }: CompareFormProps) {
  const [state, action] = useActionState(compareAction, UNTOUCHED);
  return (
    <form action={action} className="flex max-w-2xl flex-col gap-2">
      <input type="hidden" name="bundleId" value={bundleId} />
      <Field
        name="beside"
        label="The other side"
        hint="The bundle counts as what was before. A copy that an import made under fresh ids is compared by which id became which."
        required
      >
        {(control) => (
          <Select
            {...control}
            choices={choices}
            empty="Pick one…"
            defaultValue={state.values.beside ?? (choices.length === 1 ? choices[0]!.value : "")}
          />
        )}
      </Field>
      <FormStatus findings={state.findings} />
      <div>
        <SubmitButton>Compare</SubmitButton>
      </div>
    </form>
  );
}
