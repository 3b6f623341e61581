"use client";
import { useActionState } from "react";
import { NOTHING_DONE } from "../../app/(console)/settings/form-state.ts";
import { rotateKeyAction } from "../../app/(console)/settings/keys/actions.ts";
import { SettingsOutcome } from "../settings/outcome.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";

/** Makes a key that signs from now on. */
export function RotateKey() {
  const [state, action] = useActionState(rotateKeyAction, NOTHING_DONE);
  return (
    <form action={action} className="flex flex-col gap-3">
      <SettingsOutcome state={state} />
      <p className="text-ink-soft">
        It signs every bundle that is made from now on. The former one is trusted as before, and its private
        half is destroyed: where that has leaked, distrust it afterwards.
      </p>
      <Field name="label" id="rotate-label" label="Name" hint="Why it was made: “yearly rotation”." required>
        {(control) => (
          <Input {...control} maxLength={100} defaultValue={state.values.label} autoComplete="off" />
        )}
      </Field>
      <div>
        <SubmitButton>Make it, and sign with it</SubmitButton>
      </div>
    </form>
  );
}
