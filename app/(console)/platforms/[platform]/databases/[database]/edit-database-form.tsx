"use client";
import { useActionState } from "react";
import { Banner } from "../../../../../../components/ui/banner.tsx";
import { Checkbox } from "../../../../../../components/ui/checkbox.tsx";
import { Field } from "../../../../../../components/ui/field.tsx";
import { FormStatus } from "../../../../../../components/ui/form-status.tsx";
import { Input } from "../../../../../../components/ui/input.tsx";
import { SecretInput } from "../../../../../../components/ui/secret-input.tsx";
import { SubmitButton } from "../../../../../../components/ui/submit-button.tsx";
import { isTicked } from "../../../../../../components/ui/typed.model.ts";
import type { RegisteredDatabaseView } from "../../../../../../lib/queries/registration.ts";
import { editDatabaseAction } from "../../../actions.ts";
import { NOTHING_TYPED } from "../../../registration-state.ts";

/** New credentials and region; the stored ones are never shown, and stay where a field is left empty. */
export function EditDatabaseForm({ database }: { readonly database: RegisteredDatabaseView }) {
  const [state, action] = useActionState(editDatabaseAction, NOTHING_TYPED);
  const now = (role: string | null) => (role === null ? "" : ` Now it is the role ${role}.`);
  return (
    <form action={action} className="flex flex-col gap-3">
      <FormStatus findings={state.findings} />
      {state.done !== null && <Banner tone="ok">{state.done}</Banner>}
      <input type="hidden" name="databaseId" value={database.id} />
      <Field name="region" label="Region">
        {(control) => (
          <Input
            {...control}
            defaultValue={state.values.region ?? database.region ?? ""}
            maxLength={100}
            autoComplete="off"
          />
        )}
      </Field>
      <Field
        name="runnerUrl"
        label="Runner's connection string"
        hint={`Left empty, the stored one stays.${now(database.runner)}`}
      >
        {(control) => <SecretInput {...control} what="the runner's connection string" />}
      </Field>
      <Field
        name="plannerUrl"
        label="Planner's connection string"
        hint={`Left empty, the stored one stays.${now(database.planner)}`}
      >
        {(control) => <SecretInput {...control} what="the planner's connection string" />}
      </Field>
      <Checkbox
        name="plansAsRunner"
        value="true"
        label="Plan with the runner's credentials"
        defaultChecked={isTicked(state.values, "plansAsRunner", "true")}
      />
      <p className="text-ink-soft">
        Both are tried first, and must lead to the same database as before. Runs that are under way go on with
        the new ones.
      </p>
      <div>
        <SubmitButton>Try and save</SubmitButton>
      </div>
    </form>
  );
}
