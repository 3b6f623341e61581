"use client";
import { useActionState } from "react";
import { Field } from "../../../components/ui/field.tsx";
import { Input } from "../../../components/ui/input.tsx";
import { SubmitButton } from "../../../components/ui/submit-button.tsx";
import { signInAction } from "../actions.ts";
import { Refusal } from "../refusal.tsx";

export interface SignInFormProps {
  readonly next: string;
  /** Known where somebody signs in again. */
  readonly email: string;
}

export function SignInForm({ next, email }: SignInFormProps) {
  const [state, action] = useActionState(signInAction, { email });
  return (
    <form action={action} className="flex flex-col gap-3">
      <Refusal findings={state.findings} />
      <input type="hidden" name="next" value={next} />
      <Field name="email" label="E-mail">
        {(control) => (
          <Input
            {...control}
            type="email"
            autoComplete="username"
            defaultValue={state.email}
            required
            maxLength={320}
          />
        )}
      </Field>
      <Field name="password" label="Password">
        {(control) => (
          <Input {...control} type="password" autoComplete="current-password" required maxLength={320} />
        )}
      </Field>
      <SubmitButton>Sign in</SubmitButton>
    </form>
  );
}
