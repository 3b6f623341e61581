"use client";
import { useActionState } from "react";
import { addPersonAction } from "../../app/(console)/settings/people/actions.ts";
import { ROLES } from "../../lib/access/permissions.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { SubmitButton } from "../ui/submit-button.tsx";
import { isTicked } from "../ui/typed.model.ts";
import { PeopleOutcome } from "./outcome.tsx";
import { ROLE_MEANS } from "./roles.model.ts";

/** Adds a person with a generated password. */
export function NewPerson() {
  const [state, action] = useActionState(addPersonAction, {
    findings: [],
    values: {},
    password: null,
    done: null,
  });
  return (
    <form action={action} className="flex flex-col gap-3">
      <Field name="email" label="E-mail" required>
        {(control) => (
          <Input {...control} type="email" defaultValue={state.values.email} autoComplete="off" />
        )}
      </Field>
      <Field name="name" label="Name" required>
        {(control) => <Input {...control} defaultValue={state.values.name} autoComplete="off" />}
      </Field>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">Roles</legend>
        {ROLES.map((role) => (
          <Checkbox
            key={role}
            name="role"
            value={role}
            label={role}
            hint={ROLE_MEANS[role]}
            defaultChecked={isTicked(state.values, "role", role)}
          />
        ))}
      </fieldset>
      <div>
        <SubmitButton>Add person</SubmitButton>
      </div>
      <PeopleOutcome state={state} />
    </form>
  );
}
